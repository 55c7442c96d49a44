<?php
// Tiếp nhận phản ánh, kiến nghị của người dân, kèm ảnh chụp hiện trường.
require __DIR__ . '/../lib/layout.php';

const PICTURES = ['image/jpeg', 'image/png', 'image/gif'];
const LARGEST = 8 * 1024 * 1024;

$message = $problem = $link = null;
$form = ['ho_ten' => '', 'tieu_de' => '', 'noi_dung' => ''];
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    foreach ($form as $name => $_) {
        $form[$name] = is_string($_POST[$name] ?? null) ? trim($_POST[$name]) : '';
    }
    $file = $_FILES['anh'] ?? null;
    if ($form['tieu_de'] === '' || $form['noi_dung'] === '') {
        $problem = 'Vui lòng nhập tiêu đề và nội dung phản ánh.';
    } elseif ($file && $file['error'] !== UPLOAD_ERR_NO_FILE) {
        if ($file['error'] !== UPLOAD_ERR_OK || $file['size'] > LARGEST) {
            $problem = 'Không nhận được ảnh, hoặc ảnh lớn hơn 8 MB.';
        } elseif (!in_array($file['type'], PICTURES, true)) {
            $problem = 'Chỉ nhận ảnh JPEG, PNG hoặc GIF.';
        } else {
            $folder = '/uploads/' . date('Y/m');
            @mkdir(__DIR__ . $folder, 0755, true);
            $link = $folder . '/' . basename($file['name']);
            move_uploaded_file($file['tmp_name'], __DIR__ . $link);
        }
    }
    if ($problem === null) {
        run('INSERT INTO petitions (sender, subject, body, picture, received) VALUES (?, ?, ?, ?, ?)',
            [$form['ho_ten'], $form['tieu_de'], $form['noi_dung'], $link, date('c')]);
        $message = sprintf('PA-%06d', (int) database()->lastInsertId());
        $form = ['ho_ten' => '', 'tieu_de' => '', 'noi_dung' => ''];
    } else {
        http_response_code(422);
    }
}
head('Phản ánh, kiến nghị', '/phan-anh.php');
?>
<h1>Gửi phản ánh, kiến nghị</h1>
<p>Phản ánh được chuyển đến cơ quan có thẩm quyền và trả lời trong 05 ngày làm việc.</p>
<?php if ($message): ?><p class="done">Đã tiếp nhận phản ánh, mã <b><?= text($message) ?></b>.<?php if ($link): ?> Ảnh đính kèm: <a class="attachment" href="<?= text($link) ?>"><?= text(basename($link)) ?></a><?php endif ?></p><?php endif ?>
<?php if ($problem): ?><p class="problem"><?= text($problem) ?></p><?php endif ?>
<form class="wide" method="post" enctype="multipart/form-data">
  <label>Họ và tên <input name="ho_ten" autocomplete="name" value="<?= text($form['ho_ten']) ?>"></label>
  <label>Tiêu đề <input name="tieu_de" required value="<?= text($form['tieu_de']) ?>"></label>
  <label>Nội dung <textarea name="noi_dung" rows="6" required><?= text($form['noi_dung']) ?></textarea></label>
  <label>Ảnh hiện trường (JPEG, PNG, GIF; tối đa 8 MB) <input type="file" name="anh" accept="image/*"></label>
  <button>Gửi phản ánh</button>
</form>
<?php foot();
