<?php
require __DIR__ . '/../lib/layout.php';
$code = is_string($_GET['ma'] ?? null) ? trim($_GET['ma']) : '';
head('Thủ tục hành chính', '/thu-tuc.php');
?>
<h1>Thủ tục hành chính</h1>
<table><thead><tr><th>Mã</th><th>Thủ tục</th><th>Lĩnh vực</th><th>Thời hạn</th><th>Mức độ</th></tr></thead><tbody>
<?php foreach (rows('SELECT * FROM procedures ORDER BY code') as $row): ?><tr><td><?= text($row['code']) ?></td><td><?= text($row['title']) ?></td><td><?= text($row['field']) ?></td><td><?= (int) $row['days'] ?> ngày</td><td>Toàn trình</td></tr><?php endforeach ?>
</tbody></table>
<section class="box" id="tra-cuu"><h2>Tra cứu hồ sơ</h2><form class="inline"><input name="ma" placeholder="Mã hồ sơ" aria-label="Mã hồ sơ" value="<?= text($code) ?>"><button>Tra cứu</button></form>
<?php if ($code !== ''): ?><p>Không tìm thấy hồ sơ mang mã <b><?= text($code) ?></b>. Vui lòng kiểm tra lại trên giấy biên nhận.</p><?php endif ?></section>
<?php foot();
