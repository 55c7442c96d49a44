# thaotruong image
images-waiting = Một lần dựng khác đang chạy trên máy này; đang chờ đến lượt.
images-step = { $image }, bước { $step }/{ $steps }: { $text }
images-built = { $image }: đã dựng trong { $seconds } s, { $size }
images-unchanged = Không phải làm gì với { $count } ảnh: { $images }
images-transfer = { $image }: { $bytes } / { $total }
images-pushed = { $image }: đã đẩy { $bytes } trong { $seconds } s; kho xác nhận { $digest }
images-pulled = { $image }: đã lấy { $bytes } trong { $seconds } s; { $digest }
images-stopped = Đã dừng giữa chừng; các ảnh vẫn như trước.
images-engine-away = Docker Engine không làm được: { $detail }
images-folder-bad = Không đọc được { $path }: { $detail }
images-unknown = Không có ảnh { $image }.
images-circle = Các ảnh dựa vào nhau thành vòng: { $images }. Sửa dòng FROM của một trong số đó.
images-base-missing = Thiếu ảnh nền { $base } của { $image }, và không kho nào trả lời: { $detail }. Chạy deploy/base-image để dựng từ kho gói Debian, hoặc nạp bằng docker load.
images-step-failed = Dựng { $image } hỏng ở bước { $step }
    { $detail }
    Phần cuối của nhật ký nằm ở trên; ảnh cũ vẫn giữ nguyên.
images-no-registry = Chưa cấu hình kho ảnh: ghi địa chỉ vào kubernetes.registry trong thaotruong.toml.
images-credentials-refused = Kho { $registry } không nhận tài khoản: { $detail }. Chạy docker login { $registry }, hoặc ghi tệp tài khoản vào kubernetes.registry_credentials.
images-registry-failed = Kho { $registry }: { $detail }
images-password-bad = Mật khẩu cho kho { $registry } có ký tự không gửi được tới Docker Engine (thường là ?, >, ~ hoặc chữ có dấu). Hãy dùng mật khẩu khác hoặc một mã truy cập (token).
images-head-image = Ảnh
images-head-state = Tình trạng
images-head-content = Nội dung
images-head-size = Dung lượng
images-head-own = Phần riêng
images-head-built = Dựng lúc
images-head-scenarios = Kịch bản
images-state-current = mới nhất
images-state-stale = cũ
images-state-missing = thiếu
images-state-without-sources = không có nguồn
images-list-total = { $count } ảnh, { $size } trên đĩa
