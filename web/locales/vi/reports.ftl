# Báo cáo
reports-lead = Báo cáo của từng cuộc diễn tập đã kết thúc, lập từ nhật ký.
reports-empty-title = Chưa có báo cáo
reports-empty = Báo cáo được lập khi một cuộc diễn tập kết thúc.
report-download = Tải tệp Word
report-print = In
report-own-words = Phần tự soạn
report-save = Lưu
report-saved = Đã lưu lúc { $at }.
report-evidence = Chứng cứ: { $id }
report-seal = Nhật ký được ký số, mã cuối:
