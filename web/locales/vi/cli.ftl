# Dòng lệnh
cli-failed = không thực hiện được
cli-unreadable = { $path }: không đọc được: { $reason }
cli-check-fine = { $path }: không có lỗi
cli-check-found = { $path }: { $errors } lỗi, { $warnings } cảnh báo
cli-no-database = Chưa có cơ sở dữ liệu ở { $path }. Hãy chạy ở thư mục của máy chủ, hoặc đặt THAOTRUONG_DATA hay --config.
cli-environments-away = Hạ tầng không trả lời: { $detail }
cli-environments-line = { $whose } · mong muốn: { $desired } · thực tế: { $actual } ({ $since }) · { $engine }
cli-environments-engine = { $running }/{ $nodes } máy chạy, { $networks } mạng
cli-environments-orphan = sót lại trên hạ tầng: { $engine } · máy chủ sẽ gỡ trong vòng 15 giây
cli-environments-orphan-alone = sót lại trên hạ tầng: { $engine } · chưa có máy chủ nào chạy để gỡ; dùng “thaotruong environment prune”
cli-environments-busy = Đang diễn ra: { $exercises }. Không gỡ gì. Thêm --running để tạm dừng các cuộc này rồi gỡ máy của các đội.
cli-environments-stuck = Còn { $count } môi trường chưa gỡ được.
cli-rehearse-ready = { $ready }/{ $teams } đội sẵn sàng ({ $nodes } máy): đội đầu tiên sau { $first } giây, đội cuối (đội { $team }) sau { $time } giây
cli-rehearse-terminals = { $opened } cửa sổ dòng lệnh, chậm nhất { $slowest } giây; { $keys } phím hiện lại: trung vị { $median } ms, 99 % trong { $p99 } ms
cli-rehearse-solution = Lời giải trên một đội: { $time } giây
cli-rehearse-removal = Gỡ hết: { $time } giây
cli-rehearse-memory = Bộ nhớ: cần nhiều nhất { $needed }, còn { $available }; máy chủ thực dùng thêm { $used }
