# Màn hình hội trường
wall-open = Màn hình hội trường
wall-open-light = Hội trường, nền sáng
wall-left = Còn lại
wall-passed = Đã qua
wall-starts = · bắt đầu lúc { $at }
wall-phase = Giai đoạn { $number }/{ $all }
wall-phase-left = Giai đoạn còn
wall-leaf = Trang { $number }/{ $all }
wall-firsts = Đội giải đầu tiên
wall-firsts-none = Chưa đội nào giải được nhiệm vụ nào.
wall-map = Dịch vụ của các đội
wall-serving = phục vụ
wall-failing = gián đoạn
wall-unknown = chưa rõ
wall-stale = Mất kết nối, đang thử lại; số liệu có thể đã cũ.
wall-full = Toàn màn hình
wall-frozen = Đóng băng từ { $at }
