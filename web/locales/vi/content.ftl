# Những gì `thaotruong course check` và `thaotruong plan check` báo, ngoài phần chung với tệp kịch bản
content-code-help = dùng chữ không dấu, chữ số, `-` và `_`, nhiều nhất 40 ký tự, ví dụ `QT-01`
content-taken = tên `{ $name }` đã được dùng trong { $file }
content-date = `{ $text }` không phải là một ngày trong lịch
content-date-help = viết năm, tháng, ngày: `2026-12-31`
content-unknown-scenario = không có kịch bản `{ $name }`
content-unknown-completion = không kịch bản nào ghi nhận `{ $name }`
content-unknown-course = không có khóa học `{ $name }`
content-practice-uncredited = kịch bản `{ $name }` không ghi nhận ai hoàn thành, nên không ai đạt được khóa học này
content-practice-uncredited-help = thêm `credits` cho kịch bản, hoặc chọn kịch bản khác

# Kế hoạch
plan-ends-early = kế hoạch kết thúc trước khi bắt đầu
plan-due-early = thời hạn của chỉ tiêu sớm hơn ngày kế hoạch bắt đầu ({ $day })
plan-due-late = thời hạn của chỉ tiêu muộn hơn ngày kế hoạch kết thúc: sau { $day } không còn gì được tính
plan-no-such-day = không năm nào có ngày này
plan-of-count = phép đếm `count` dùng `where`; `of` và `with` thuộc về tỷ lệ `share`
plan-where-share = tỷ lệ `share` dùng `of` (toàn bộ) và `with` (phần được tính); `where` thuộc về phép đếm `count`
plan-figure-of-itself = số liệu `{ $name }` không thể là một phần của chính nó
plan-title-of-nothing = cách đo này không có số liệu `{ $name }`
plan-figure-untitled = số liệu `{ $name }` chưa có tên gọi, cán bộ nhập liệu sẽ chỉ đọc được mã này
plan-figure-untitled-help = thêm `titles: {"{"}{ $name }: {"{"}vi: "…", en: "…"{"}"}{"}"}`
plan-more-than-all = không thể nhiều hơn 100%
plan-more-than-all-help = viết `at_least: {"{"}percent: 100{"}"}`
plan-target-nothing = chỉ tiêu bằng 0 thì lúc nào cũng đạt
plan-percent-of-nothing = tỷ lệ phần trăm phải tính trên một toàn bộ
plan-percent-of-nothing-help = đo bằng `share`, hoặc ghi thêm `denominator`
plan-amount = ở đây phải là một số nguyên, hoặc `{"{"}percent: 90{"}"}`
plan-condition = `{ $name }` không phải là một điều kiện
plan-condition-key-help = viết `{ $name }: …` kèm nội dung cần xét
plan-condition-subject = không thể xét `{ $name }` đối với { $subject ->
    [people] cán bộ
    [units] đơn vị
   *[exercises] cuộc diễn tập
}
plan-condition-subject-help = có thể xét: { $names }
