<?php
// The frame of every page: banner, menu, notice and footer.
require_once __DIR__ . '/database.php';

const PORTAL = 'Cổng thông tin điện tử tỉnh Trường Sơn';
const SECTIONS = [
    'tin-trong-tinh' => 'Tin trong tỉnh',
    'chi-dao-dieu-hanh' => 'Chỉ đạo, điều hành',
    'thong-bao' => 'Thông báo',
    'chuyen-doi-so' => 'Chuyển đổi số',
];

function text(?string $value): string
{
    return htmlspecialchars((string) $value, ENT_QUOTES);
}

function day(string $date): string
{
    return date('d/m/Y', strtotime($date));
}

function today(): string
{
    $names = ['Chủ nhật', 'Thứ hai', 'Thứ ba', 'Thứ tư', 'Thứ năm', 'Thứ sáu', 'Thứ bảy'];
    return $names[(int) date('w')] . ', ngày ' . date('d/m/Y');
}

function head(string $title, string $here = ''): void
{
    $menu = ['/' => 'Trang chủ', '/gioi-thieu.php' => 'Giới thiệu'];
    foreach (SECTIONS as $key => $name) {
        $menu["/chuyen-muc.php?muc=$key"] = $name;
    }
    $menu += ['/thu-tuc.php' => 'Thủ tục hành chính', '/phan-anh.php' => 'Phản ánh, kiến nghị'];
    $notice = rows("SELECT value FROM settings WHERE name = 'notice'")[0]['value'] ?? '';
    ?><!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?= text($title) ?> - <?= PORTAL ?></title>
<link rel="icon" href="/assets/emblem.svg">
<link rel="stylesheet" href="/assets/portal.css">
</head>
<body>
<div class="top"><div class="page"><span><?= today() ?></span><span><a href="/thu-tuc.php">Dịch vụ công</a> · Đường dây nóng <b>1022</b> · <a href="/quan-tri/">Đăng nhập</a></span></div></div>
<header><div class="page">
  <img src="/assets/emblem.svg" alt="" width="92" height="92">
  <div><p>Ủy ban nhân dân tỉnh Trường Sơn</p><p class="name">Cổng thông tin điện tử tỉnh Trường Sơn</p><p class="motto">Công khai · Minh bạch · Phục vụ nhân dân</p></div>
  <form action="/tim-kiem.php"><input name="q" placeholder="Tìm tin tức, văn bản…" aria-label="Tìm kiếm"><button>Tìm</button></form>
</div></header>
<nav><div class="page"><?php foreach ($menu as $link => $name): ?><a href="<?= text($link) ?>"<?= $link === $here ? ' class="here"' : '' ?>><?= text($name) ?></a><?php endforeach ?></div></nav>
<?php if ($notice !== ''): ?><div class="notice"><div class="page"><b>Thông báo</b> <span><?= text($notice) ?></span></div></div><?php endif ?>
<main class="page">
<?php
}

function foot(): void
{
    ?>
</main>
<footer><div class="page">
  <div><p><b>CỔNG THÔNG TIN ĐIỆN TỬ TỈNH TRƯỜNG SƠN</b></p><p>Cơ quan chủ quản: Ủy ban nhân dân tỉnh Trường Sơn</p><p>Chịu trách nhiệm nội dung: Chánh Văn phòng UBND tỉnh</p></div>
  <div><p>Địa chỉ: Số 01 đường Độc Lập, phường Trung Tâm, tỉnh Trường Sơn</p><p>Điện thoại: 1022 · Thư điện tử: congthongtin@truongson.example</p><p>Hệ thống thông tin cấp độ 3</p></div>
</div></footer>
</body>
</html>
<?php
}

function article_list(array $articles): void
{
    foreach ($articles as $article): ?>
  <article class="row"><a href="/tin-tuc.php?id=<?= (int) $article['id'] ?>"><img src="/assets/<?= text($article['picture']) ?>.svg" alt="" loading="lazy"></a>
    <div><h3><a href="/tin-tuc.php?id=<?= (int) $article['id'] ?>"><?= text($article['title']) ?></a></h3><p class="date"><?= day($article['published']) ?></p><p><?= text($article['lead']) ?></p></div></article>
<?php endforeach;
}
