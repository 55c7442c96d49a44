# Đăng nhập, tài khoản
sign-in-title = Đăng nhập
sign-in-username = Tên đăng nhập
sign-in-password = Mật khẩu
sign-in-button = Đăng nhập
sign-in-wrong = Tên đăng nhập hoặc mật khẩu chưa đúng.
sign-in-too-many = Đăng nhập sai quá nhiều lần. Thử lại sau { $seconds } giây.
sign-in-busy = Đang có quá nhiều người đăng nhập cùng lúc. Thử lại sau ít giây.
sign-in-wrong-address = Trình duyệt không giữ được phiên đăng nhập ở địa chỉ này. Hãy mở hệ thống tại:
sign-out = Đăng xuất

home-greeting = Xin chào, { $name }

account-title = Tài khoản của tôi
account-password-lead = Sau khi đổi mật khẩu, mọi phiên đăng nhập khác của bạn sẽ kết thúc.
account-password-old = Mật khẩu hiện tại
account-password-new = Mật khẩu mới
account-password-help = Ít nhất 10 ký tự. Một câu dài dễ nhớ tốt hơn một từ khó.
account-password-change = Đổi mật khẩu
account-password-changed = Đã đổi mật khẩu. Hãy đăng nhập lại.
account-password-short = Mật khẩu phải có ít nhất 10 ký tự.
account-password-long = Mật khẩu dài quá 1024 byte.
account-taken = Tên đăng nhập “{ $name }” đã có người dùng.
account-username-invalid = Tên đăng nhập gồm 3 đến 64 ký tự: chữ thường không dấu, chữ số, dấu chấm, gạch dưới, gạch nối hoặc @.
account-needs-role = Chọn ít nhất một vai trò.
account-person-unknown = Không có cán bộ này trong danh sách của tỉnh. Hãy chọn lại.
account-last-administrator = Không thể bỏ quản trị viên cuối cùng. Hãy giao vai trò này cho người khác trước.
