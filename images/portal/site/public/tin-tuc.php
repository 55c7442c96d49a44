<?php
require __DIR__ . '/../lib/layout.php';
$article = rows('SELECT * FROM articles WHERE id = ?', [(int) ($_GET['id'] ?? 0)])[0] ?? null;
if ($article === null) {
    http_response_code(404);
    head('Không tìm thấy');
    echo '<h1>Không tìm thấy bài viết</h1><p><a href="/">Về trang chủ</a></p>';
    foot();
    exit;
}
$others = rows('SELECT * FROM articles WHERE section = ? AND id <> ? ORDER BY published DESC LIMIT 4', [$article['section'], $article['id']]);
head($article['title'], "/chuyen-muc.php?muc={$article['section']}");
?>
<div class="columns">
<article class="full">
  <p class="path"><a href="/">Trang chủ</a> › <a href="/chuyen-muc.php?muc=<?= text($article['section']) ?>"><?= text(SECTIONS[$article['section']]) ?></a></p>
  <h1><?= text($article['title']) ?></h1>
  <p class="date"><?= day($article['published']) ?> · <?= text($article['author']) ?></p>
  <p class="first"><?= text($article['lead']) ?></p>
  <img src="/assets/<?= text($article['picture']) ?>.svg" alt="">
  <?php foreach (explode("\n", $article['body']) as $paragraph): ?><p><?= text($paragraph) ?></p><?php endforeach ?>
</article>
<aside><section class="box"><h2>Cùng chuyên mục</h2><ul><?php foreach ($others as $item): ?><li><a href="/tin-tuc.php?id=<?= $item['id'] ?>"><?= text($item['title']) ?></a> <span class="date"><?= day($item['published']) ?></span></li><?php endforeach ?></ul></section></aside>
</div>
<?php foot();
