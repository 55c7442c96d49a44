<?php
require __DIR__ . '/../lib/layout.php';
$news = rows('SELECT * FROM articles ORDER BY published DESC, id DESC LIMIT 7');
$first = array_shift($news);
$notices = rows("SELECT * FROM articles WHERE section = 'thong-bao' ORDER BY published DESC LIMIT 4");
$direction = rows("SELECT * FROM articles WHERE section = 'chi-dao-dieu-hanh' ORDER BY published DESC LIMIT 4");
$answered = rows('SELECT * FROM petitions WHERE answered IS NOT NULL ORDER BY id DESC LIMIT 3');
head('Trang chủ', '/');
?>
<div class="columns">
<div>
  <section class="lead"><a href="/tin-tuc.php?id=<?= $first['id'] ?>"><img src="/assets/<?= text($first['picture']) ?>.svg" alt=""></a>
    <div><h1><a href="/tin-tuc.php?id=<?= $first['id'] ?>"><?= text($first['title']) ?></a></h1><p class="date"><?= day($first['published']) ?></p><p><?= text($first['lead']) ?></p></div></section>
  <section><h2>Tin mới</h2><?php article_list($news) ?></section>
</div>
<aside>
  <section class="box services"><h2>Dịch vụ cho người dân, doanh nghiệp</h2>
    <a href="/thu-tuc.php">Thủ tục hành chính</a><a href="/thu-tuc.php#tra-cuu">Tra cứu hồ sơ</a><a href="/phan-anh.php">Phản ánh, kiến nghị</a><a href="/chuyen-muc.php?muc=thong-bao">Thông báo, lịch tiếp dân</a></section>
  <section class="box"><h2>Chỉ đạo, điều hành</h2><ul><?php foreach ($direction as $item): ?><li><a href="/tin-tuc.php?id=<?= $item['id'] ?>"><?= text($item['title']) ?></a> <span class="date"><?= day($item['published']) ?></span></li><?php endforeach ?></ul></section>
  <section class="box"><h2>Thông báo</h2><ul><?php foreach ($notices as $item): ?><li><a href="/tin-tuc.php?id=<?= $item['id'] ?>"><?= text($item['title']) ?></a> <span class="date"><?= day($item['published']) ?></span></li><?php endforeach ?></ul></section>
  <section class="box"><h2>Trả lời phản ánh</h2><ul><?php foreach ($answered as $item): ?><li><?= text($item['subject']) ?> <span class="state">Đã trả lời</span></li><?php endforeach ?></ul></section>
</aside>
</div>
<?php foot();
