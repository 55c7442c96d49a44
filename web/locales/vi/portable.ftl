# thaotruong scenario export, import, trust
portable-saving = Đang lấy ảnh (tổng là mức cao nhất có thể)
portable-verifying = Đang kiểm tra gói
portable-loading = Đang nạp { $image }
portable-progress = { $about }: { $done } / { $total }
portable-exported = Đã ghi { $file }: kịch bản { $scenario }, bản { $version }, { $images } ảnh, { $size }.
    Ký bởi { $signer }
    Ở nơi nhận, một lần: thaotruong scenario trust { $signer }
    rồi: thaotruong scenario import --bundle { $file }
portable-image-present = { $image }: đã có
portable-image-named = { $image }: đã có nhưng chưa mang tên này, nay đã đặt tên
portable-image-loaded = { $image }: đã nạp
portable-image-kept = { $image }: nền tảng đã có ảnh riêng, giữ nguyên
portable-placed-new = Kịch bản { $scenario }, bản { $version }, nằm ở { $path }. Tiếp theo: thaotruong scenario test { $path }
portable-placed-unchanged = Kịch bản { $scenario }, bản { $version }, đã có sẵn ở { $path }. Tiếp theo: thaotruong scenario test { $path }
portable-placed-replaced = Kịch bản { $scenario }, bản { $version }, đã thay bản cũ ở { $path }. Tiếp theo: thaotruong scenario test { $path }
portable-untrusted = Gói { $scenario } được ký bằng một khóa mà máy chủ này chưa tin:
    { $signer }
    Chưa nhập gì. Hãy đối chiếu dãy số này với người làm gói qua điện thoại, không lấy từ cùng USB. Nếu khớp: thaotruong scenario trust { $signer }
portable-aside = Bản trước được giữ ở { $path }, kể cả tệp ẩn và những gì đã sửa. Không cần nữa thì xóa.
portable-no-own-key = Máy chủ này chưa có khóa ký; lần xuất đầu tiên sẽ tạo khóa.
portable-own-key = Máy chủ này ký bằng khóa { $signer }
portable-no-fingerprint = { $given } không phải dấu vân tay khóa: cần 64 chữ số thập lục phân như scenario export và scenario trust in ra.
portable-not-trusted = { $signer } không có trong danh sách.
portable-file = Không đọc hoặc ghi được { $path }: { $detail }
portable-full = Ổ đĩa chứa { $path } đã đầy. Hãy giải phóng dung lượng rồi chạy lại lệnh.
portable-no-bundle = { $path } không phải gói kịch bản, hoặc phần đầu đã hỏng. Hãy chép lại từ nơi làm gói.
portable-format = Gói có khuôn dạng { $form }, chương trình này đọc khuôn dạng { $known }. Hãy dùng đúng phiên bản chương trình đã làm gói, hoặc nhờ làm lại gói.
portable-manifest = Gói không hợp lệ: danh mục sai ở { $detail }. Ảnh phải được gọi bằng tên và nhãn, không bằng mã băm; nếu không phải vậy, hãy nhờ làm lại gói.
portable-signature = Chữ ký không đúng: danh mục đã bị sửa sau khi ký hoặc bị hỏng. Chưa nhập gì. Hãy chép lại tệp, hoặc nhờ gửi bằng cách khác.
portable-length = Gói có { $has } byte thay vì { $needs }: chép chưa đủ hoặc bị thêm vào. Chưa nhập gì. Hãy chép lại.
portable-damaged = { $entry } trong gói không đúng với danh mục đã ký. Chưa nhập gì của phần này. Hãy chép lại tệp.
portable-occupied = Đã có nội dung khác mang các tên này: { $names }. Chưa nhập gì. Thêm --replace để thay bằng nội dung của gói; lưu ý kịch bản khác dùng chung ảnh cùng tên.
portable-room = Nạp ảnh cần { $needs } MB trên ổ đĩa của hạ tầng, hiện còn { $free } MB. Chưa nạp gì. Hãy giải phóng dung lượng, ví dụ bằng docker image prune, rồi chạy lại lệnh.
