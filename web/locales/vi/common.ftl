# Dùng ở mọi trang
product = Thao Trường
product-summary = Diễn tập, đào tạo và báo cáo an toàn thông tin của tỉnh

time-ago = { $unit ->
    [seconds] { $count } giây trước
    [minutes] { $count } phút trước
    [hours] { $count } giờ trước
   *[days] { $count } ngày trước
}
time-minutes = { $count } phút
time-seconds = { $count } giây

skip-to-content = Đến nội dung chính
close = Đóng
locale-switch = English
theme-light = Nền sáng
theme-dark = Nền tối

nav-label = Chức năng
nav-drills = Diễn tập
nav-home = Trang chủ
nav-exercises = Cuộc diễn tập
nav-scenarios = Kịch bản
nav-workforce = Nhân lực
nav-people = Cán bộ
nav-attendance = Điểm danh
nav-completions = Hoàn thành
nav-indicators = Chỉ tiêu
nav-documents = Tổng hợp
nav-reports = Báo cáo
nav-administration = Quản trị
nav-accounts = Tài khoản
nav-issuer = Cơ quan ban hành
nav-audit = Nhật ký quản trị
nav-health = Hạ tầng
nav-environments = Môi trường

shortcuts-title = Phím tắt
shortcut-help = Mở danh sách phím tắt này
shortcut-search = Đến ô tìm kiếm
shortcut-home = Về trang chủ
shortcut-close = Đóng hộp thoại, ngăn kéo

error-title-not-found = Không tìm thấy
error-title-forbidden = Không có quyền
error-title-invalid = Cần sửa lại
error-title-conflict = Chưa thực hiện được
error-title-too-many = Quá nhanh
error-title-unavailable = Tạm thời chưa phục vụ được
error-title-sign-in = Cần đăng nhập
error-title-unexpected = Có lỗi ngoài dự kiến
error-not-found = Không có mục này, hoặc mục này không thuộc đơn vị, đội của bạn.
error-forbidden = Vai trò của bạn không cho phép việc này. Quản trị viên của tỉnh có thể cấp quyền.
error-sign-in = Phiên làm việc đã hết. Hãy đăng nhập lại; nội dung đang soạn vẫn còn trên trang.
error-csrf = Biểu mẫu đã cũ hoặc không do hệ thống tạo ra. Hãy tải lại trang rồi gửi lại.
error-form = Biểu mẫu thiếu hoặc sai trường. Hãy tải lại trang rồi điền lại.
error-too-large = Nội dung gửi lên lớn hơn mức cho phép (1 MiB).
error-too-many = Thao tác quá nhanh. Hãy đợi vài giây rồi gửi lại; nội dung đã nhập vẫn còn trên trang.
error-unexpected = Hệ thống gặp lỗi và đã ghi lại. Thử lại sau ít phút; nếu vẫn lỗi, hãy báo quản trị viên.
error-reference = Mã tra cứu: { $reference }
error-home = Về trang chủ

action = Thao tác
all = Xem tất cả
show = Xem
search = Tìm
cancel = Hủy
next = Trang sau
previous = Trang trước
pages = Các trang
crumbs = Vị trí
no-figures = chưa có số liệu
offline = Mất kết nối với máy chủ. Nội dung đang soạn vẫn được giữ; hệ thống tự kết nối lại.
points = { $count } điểm
points-column = Điểm
points-word = điểm
home-mine = Cuộc diễn tập của tôi
home-enter = Vào bàn làm việc
home-look-back = Xem lại
home-exercises = Cuộc diễn tập đang mở
home-report = Cuộc diễn tập gần nhất
home-report-open = Xem báo cáo
home-health-open = Xem chi tiết
home-empty-title = Chưa có việc nào chờ bạn
home-empty = Khi ban tổ chức đưa bạn vào một đội, cuộc diễn tập sẽ hiện ở đây.
