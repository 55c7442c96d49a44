<?php
// Trang quản trị nội dung: đăng nhập, sửa thông báo chạy, xem phản ánh.
require __DIR__ . '/../../lib/layout.php';
session_set_cookie_params(['httponly' => true, 'samesite' => 'Strict']);
session_start();

$problem = $done = null;
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $action = $_POST['viec'] ?? '';
    if ($action === 'dang-nhap') {
        $account = rows('SELECT * FROM accounts WHERE name = ?', [(string) ($_POST['ten'] ?? '')])[0] ?? null;
        if ($account && password_verify((string) ($_POST['mat_khau'] ?? ''), $account['password'])) {
            session_regenerate_id(true);
            $_SESSION['account'] = $account['name'];
        } else {
            http_response_code(401);
            $problem = 'Sai tên đăng nhập hoặc mật khẩu.';
        }
    } elseif ($action === 'dang-xuat') {
        $_SESSION = [];
    }
}
$me = isset($_SESSION['account']) ? (rows('SELECT * FROM accounts WHERE name = ?', [$_SESSION['account']])[0] ?? null) : null;
if ($me && ($_POST['viec'] ?? '') === 'thong-bao' && $me['role'] === 'quan-tri') {
    run("UPDATE settings SET value = ? WHERE name = 'notice'", [mb_substr((string) ($_POST['noi_dung'] ?? ''), 0, 300)]);
    $done = 'Đã cập nhật thông báo.';
}
head('Quản trị nội dung', '/quan-tri/');
if ($me === null): ?>
<h1>Đăng nhập quản trị nội dung</h1>
<?php if ($problem): ?><p class="problem"><?= text($problem) ?></p><?php endif ?>
<form class="wide narrow" method="post"><input type="hidden" name="viec" value="dang-nhap">
  <label>Tên đăng nhập <input name="ten" autocomplete="username" required></label>
  <label>Mật khẩu <input name="mat_khau" type="password" autocomplete="current-password" required></label>
  <button>Đăng nhập</button></form>
<?php else: ?>
<h1>Quản trị nội dung</h1>
<form method="post"><p>Xin chào, <b><?= text($me['display']) ?></b> (<?= text($me['name']) ?>, <?= text($me['role']) ?>) <button name="viec" value="dang-xuat">Đăng xuất</button></p></form>
<?php if ($done): ?><p class="done"><?= text($done) ?></p><?php endif ?>
<?php if ($me['role'] === 'quan-tri'): ?>
<form class="wide" method="post"><input type="hidden" name="viec" value="thong-bao"><label>Thông báo đầu trang <input name="noi_dung" maxlength="300" value="<?= text(rows("SELECT value FROM settings WHERE name = 'notice'")[0]['value'] ?? '') ?>"></label><button>Cập nhật</button></form>
<h2>Tài khoản</h2>
<table><thead><tr><th>Tên</th><th>Họ tên</th><th>Quyền</th><th>Tạo lúc</th></tr></thead><tbody><?php foreach (rows('SELECT * FROM accounts ORDER BY id') as $row): ?><tr><td><?= text($row['name']) ?></td><td><?= text($row['display']) ?></td><td><?= text($row['role']) ?></td><td><?= text($row['created']) ?></td></tr><?php endforeach ?></tbody></table>
<?php endif ?>
<h2>Phản ánh mới nhận</h2>
<table><thead><tr><th>Nhận lúc</th><th>Người gửi</th><th>Tiêu đề</th><th>Ảnh</th></tr></thead><tbody><?php foreach (rows('SELECT * FROM petitions ORDER BY id DESC LIMIT 20') as $row): ?><tr><td><?= text($row['received']) ?></td><td><?= text($row['sender']) ?></td><td><?= text($row['subject']) ?></td><td><?= text($row['picture']) ?></td></tr><?php endforeach ?></tbody></table>
<?php endif;
foot();
