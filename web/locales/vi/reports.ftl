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
report-text-too-long = Mỗi phần tự soạn dài tối đa 20.000 ký tự. Hãy rút gọn rồi lưu lại.
report-broken = Nhật ký của cuộc diễn tập không còn khớp với giá trị băm: dữ liệu đã bị thay đổi ngoài hệ thống. Không dùng báo cáo này.
report-unfinished = Cuộc diễn tập chưa kết thúc: số liệu còn thay đổi và nhật ký chưa được ký.
