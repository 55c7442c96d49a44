<?php
require __DIR__ . '/../lib/layout.php';
$section = $_GET['muc'] ?? '';
$section = is_string($section) && isset(SECTIONS[$section]) ? $section : 'tin-trong-tinh';
head(SECTIONS[$section], "/chuyen-muc.php?muc=$section");
?>
<h1><?= text(SECTIONS[$section]) ?></h1>
<?php article_list(rows('SELECT * FROM articles WHERE section = ? ORDER BY published DESC', [$section]));
foot();
