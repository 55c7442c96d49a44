<?php
require __DIR__ . '/../lib/layout.php';
$words = is_string($_GET['q'] ?? null) ? trim($_GET['q']) : '';
$found = $words === '' ? [] : rows('SELECT * FROM articles WHERE title LIKE ? OR lead LIKE ? OR body LIKE ? ORDER BY published DESC LIMIT 20', array_fill(0, 3, "%$words%"));
head('Tìm kiếm');
?>
<h1>Tìm kiếm: “<?= text($words) ?>”</h1>
<p><?= count($found) ?> kết quả</p>
<?php article_list($found);
foot();
