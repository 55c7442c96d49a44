<?php
require __DIR__ . '/../lib/layout.php';
head('Giới thiệu', '/gioi-thieu.php');
?>
<article class="full"><h1>Giới thiệu tỉnh Trường Sơn</h1>
<img src="/assets/mountains.svg" alt="">
<p>Tỉnh Trường Sơn nằm trên dải đất miền Trung, phía tây tựa vào dãy núi, phía đông mở ra biển. Toàn tỉnh có 78 xã, phường; dân số trên 1,3 triệu người thuộc nhiều dân tộc cùng sinh sống.</p>
<p>Kinh tế của tỉnh dựa trên nông nghiệp công nghệ cao, chế biến gỗ, năng lượng tái tạo và du lịch sinh thái. Tỉnh đặt mục tiêu trên 80% hồ sơ thủ tục hành chính được giải quyết trực tuyến toàn trình.</p>
<p>Cổng thông tin điện tử tỉnh là kênh thông tin chính thức của Ủy ban nhân dân tỉnh trên mạng Internet, công bố văn bản chỉ đạo, điều hành, cung cấp dịch vụ công và tiếp nhận phản ánh, kiến nghị của tổ chức, cá nhân.</p></article>
<?php foot();
