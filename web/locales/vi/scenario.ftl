# Những gì `thaotruong scenario check` nói
scenario-error = lỗi
scenario-warning = cảnh báo
scenario-help = cách sửa
scenario-did-you-mean = có phải bạn định viết `{ $name }`?
scenario-known-keys = các khóa dùng được: { $names }
scenario-comma-help = dấu phẩy đã tách câu chữ làm đôi; đặt cả câu trong dấu nháy `"…"`
scenario-known-names = đang có: { $names }

# YAML
scenario-yaml = không đọc được YAML: { $reason }
scenario-line-long = dòng quá dài (tối đa { $most } byte); ngắt thành nhiều dòng
scenario-yaml-tab = thụt dòng bằng phím Tab; hãy dùng dấu cách
scenario-yaml-quote = dấu nháy mở mà không đóng
scenario-yaml-open = dấu `{ $bracket }` mở mà không đóng
scenario-yaml-bracket = mở bằng `{ $open }` nhưng đóng bằng `{ $close }`
scenario-yaml-comma = thiếu dấu phẩy hoặc dấu đóng ngoặc trước chỗ này; câu chữ có dấu `,` `:` `[` `{"{"}` thì đặt trong dấu nháy
scenario-yaml-colon = dòng này không phải `khóa: giá trị`; thiếu dấu hai chấm, hoặc câu chữ có dấu `:` thì đặt trong dấu nháy
scenario-yaml-indentation = thụt dòng không khớp với các dòng trên
scenario-documents = tệp có nhiều tài liệu YAML; chỉ giữ lại một
scenario-tag = không dùng nhãn kiểu YAML (`!…`) ở đây; bỏ nhãn đi
scenario-alias = không có neo `&{ $name }` trước chỗ này
scenario-alias-itself = neo không được chứa chính nó
scenario-merge = `<<` chỉ nhận một bảng khóa hoặc danh sách các bảng khóa
scenario-too-large = lồng quá sâu hoặc quá nhiều giá trị cho một tệp
scenario-key-not-text = khóa phải là một dòng chữ
scenario-duplicate-key = khóa `{ $key }` đã có ở dòng { $line }; bỏ một trong hai

# Khóa và kiểu giá trị
scenario-unknown-key = không có khóa `{ $key }` ở đây
scenario-missing-key = thiếu khóa `{ $key }`
scenario-missing-language = thiếu bản `{ $key }` của câu chữ này
scenario-languages = câu chữ phải có cả tiếng Việt và tiếng Anh
scenario-languages-help = viết `{"{"}vi: "{ $text }", en: "…"{"}"}`
scenario-not-a-map = ở đây phải là các cặp `khóa: giá trị`
scenario-not-a-list = ở đây phải là một danh sách: `[a, b]` hoặc mỗi dòng một `- a`
scenario-not-a-text = ở đây phải là chữ
scenario-empty-text = không được để trống
scenario-empty-list = danh sách phải có ít nhất một mục
scenario-none-of = `{ $key }` phải có ít nhất một mục
scenario-hidden-character = có ký tự ẩn { $code }, người đọc không thấy được; xóa đi
scenario-number = ở đây phải là số nguyên từ { $from } đến { $to }
scenario-number-range = `from` không được lớn hơn `to`
scenario-truth = ở đây phải là `true` hoặc `false`
scenario-choice = `{ $text }` không dùng được ở đây; chọn một trong: { $names }
scenario-one-of = thiếu một trong các khóa: { $names }
scenario-only-one-of = chỉ được dùng một trong các khóa: { $names }
scenario-duration = `{ $text }` không phải là khoảng thời gian
scenario-duration-help = viết số kèm đơn vị: `90s`, `15m`, `2h`, `1h30m`
scenario-duration-zero = khoảng thời gian phải lớn hơn 0
scenario-name = `{ $name }` không dùng làm tên được
scenario-name-help = chỉ dùng chữ thường không dấu, chữ số và gạch nối, tối đa 40 ký tự, ví dụ `may-chu-1`
scenario-variable-name = `{ $name }` không dùng làm tên biến được: bắt đầu bằng chữ không dấu, sau đó là chữ, số, `_`
scenario-declared-twice = tên `{ $name }` đã dùng ở dòng { $line }

# Tham chiếu
scenario-unknown-node = không có máy `{ $name }` trong `nodes`
scenario-unknown-compose-service = tệp Compose không có máy `{ $name }` trong `services`
scenario-unknown-network = không có mạng `{ $name }` trong `networks`
scenario-unknown-task = không có nhiệm vụ `{ $name }`
scenario-unknown-objective = không có mục tiêu `{ $name }`
scenario-unknown-service = không có dịch vụ `{ $name }` trong `services` của kịch bản
scenario-unknown-event = không có tình huống `{ $name }` trong `timeline`
scenario-unknown-variable = không có biến `{ $name }` trong `variables`
scenario-unknown-file = kịch bản không có tệp `{ $name }`
scenario-unknown-criterion = báo cáo này không có tiêu chí `{ $name }`
scenario-unknown-value = không có giá trị `{ $name }` để điền vào
scenario-unknown-capture = `{ $name }` chưa được bước nào trước đó lấy ra bằng `capture`
scenario-template-form = `{ $text }` không điền được: giữa hai dấu ngoặc chỉ được viết một tên
scenario-template-form-help = viết {"`{{variable.ten}}`, `{{flag.nhiem-vu}}`, `{{node.may.address}}` hoặc `{{environment.id}}`"}; muốn giữ nguyên hai dấu ngoặc thì viết {"`\\{{`"}
scenario-interpolation = sau `$` phải là tên biến, {"`${TÊN}`"} hoặc {"`${TÊN:-mặc định}`"}; muốn viết dấu `$` thì viết `$$`

# Tệp
scenario-file-missing = không có tệp `{ $name }`
scenario-file-large = tệp quá lớn (tối đa 1 MiB)
scenario-file-utf8 = tệp không phải văn bản UTF-8 (dòng { $line })
scenario-path = `{ $path }` không phải đường dẫn dùng được
scenario-path-help = viết đường dẫn tuyệt đối trong máy, không có `..`, ví dụ `/srv/portal/readme`
scenario-path-twice = hai tệp cùng đặt vào `{ $path }` của một máy
scenario-url-path = `{ $path }` phải bắt đầu bằng `/`
scenario-mode = `{ $text }` không phải quyền truy cập tệp
scenario-mode-help = viết số bát phân trong dấu nháy: `"0600"`, `"0755"`
scenario-owner = `{ $text }` không phải chủ sở hữu; viết `user:group`

# Kịch bản
scenario-attack = `{ $text }` không phải mã MITRE ATT&CK; viết như `T1190` hoặc `T1505.003`
scenario-attack-unknown = MITRE ATT&CK { $version } không có kỹ thuật `{ $text }`
scenario-attack-newer = danh sách MITRE ATT&CK { $version } của chương trình chưa có kỹ thuật `{ $text }`; có thể nó thuộc bản mới hơn
scenario-skill = `{ $text }` không phải vai trò NICE; viết như `PD-WRL-003`
scenario-skill-unknown = NICE { $version } không có vai trò `{ $text }`
scenario-skill-newer = danh sách NICE { $version } của chương trình chưa có vai trò `{ $text }`; có thể nó thuộc bản mới hơn
scenario-catalogue-did-you-mean = có phải bạn định viết `{ $id }` ({ $name })?
scenario-no-access = học viên không có terminal hay trang nào để vào máy
scenario-manual = chỉ viết `manual: true`
scenario-respond-action = `respond` chỉ đi cùng `message`, không đi cùng `action`
scenario-after-end = thời điểm này ở sau khi cuộc diễn tập kết thúc (`duration`)
scenario-never-happens = tình huống `{ $name }` không bao giờ xảy ra: các điều kiện chờ lẫn nhau
scenario-never-solvable = nhiệm vụ `{ $name }` không bao giờ giải được: nó chờ một tình huống không bao giờ xảy ra
scenario-pass-mark = không đội nào đạt được { $points } điểm: nhiều nhất chỉ có { $highest }
scenario-hints-cost = các gợi ý tốn { $cost } điểm, nhiều hơn { $points } điểm của nhiệm vụ
scenario-rubric-sum = các tiêu chí cộng lại được { $sum } điểm, còn nhiệm vụ có { $points } điểm
scenario-criterion-twice = tiêu chí `{ $name }` đã có trong báo cáo này
scenario-flag-nowhere = không ai tìm được cờ của `{ $name }`: nó không nằm trong tệp hay thông báo nào
scenario-flag-nowhere-help = đặt {"`{{flag."}{ $name }{"}}`"} vào một tệp có `template: true` trong `files`
scenario-flag-shown = cờ `{ $name }` nằm ngay trong câu chữ mà học viên đọc
scenario-flag-shown-help = đặt cờ vào một tệp trong máy để học viên phải tìm
scenario-check-tampering = học viên có terminal trên `{ $name }` nên có thể làm giả kết quả kiểm tra
scenario-check-tampering-help = dùng `from: platform` với một `script`, hoặc một máy mà học viên không vào được

# Compose
scenario-compose-refused = thao trường không cho dùng `{ $key }`
scenario-compose-unsupported = thao trường chưa hỗ trợ `{ $key }`; bỏ khóa này
scenario-compose-version = `version` không còn ý nghĩa trong Compose; bỏ đi
scenario-compose-build = `build` không dùng đến vì đã có `image`
scenario-compose-build-alone = cần `image`: thao trường chạy ảnh đã dựng sẵn, không tự dựng
scenario-compose-restart = `restart` không dùng đến: máy dừng thì giảng viên thấy và khởi động lại
scenario-refused-ports = không mở cổng ra máy chủ thật; học viên mở trang của máy bằng `web:` trong `nodes`, các máy thấy nhau sẵn trong mạng
scenario-refused-volumes = không gắn thư mục của máy chủ thật hay dùng chung; đặt tệp bằng `files:` trong kịch bản, thư mục tạm bằng `tmpfs:`
scenario-refused-privileged = máy sẽ chiếm được máy chủ thật; cần quyền cụ thể thì dùng `cap_add`, cần sudo thì đặt `privilege_escalation: true` trong `nodes`
scenario-refused-network-mode = mạng của phòng lab phải tách khỏi máy chủ thật; khai báo `networks:`
scenario-refused-namespace = máy phải tách khỏi máy chủ thật và các máy khác; bỏ khóa này
scenario-refused-devices = thiết bị của máy chủ thật không đưa vào lab; bỏ khóa này
scenario-refused-security-opt = thao trường tự đặt lớp bảo vệ; cần sudo thì đặt `privilege_escalation: true` trong `nodes`
scenario-refused-sysctls = tham số nhân do thao trường quyết định; bỏ khóa này
scenario-refused-cap-drop = mọi quyền đặc biệt đã được bỏ sẵn; chỉ cần `cap_add` cho quyền phải có
scenario-refused-container-name = mỗi đội có một bản sao của máy nên thao trường tự đặt tên; tên máy trong lab là tên trong `services`
scenario-refused-env-file = viết các biến vào `environment:`
scenario-refused-names = các máy tìm nhau bằng tên trong `services`; thêm tên khác bằng `aliases` dưới `networks`
scenario-refused-address = địa chỉ do thao trường cấp cho từng đội; trong câu chữ viết {"`{{node.<máy>.address}}`"}
scenario-refused-network = mạng nào cũng là mạng riêng của từng đội, không có đường ra ngoài; chỉ viết tên mạng
scenario-refused-secrets = đặt tệp bằng `files:` trong kịch bản
scenario-refused-deploy = viết `mem_limit`, `cpus`, `pids_limit` ngay dưới máy
scenario-refused-one-file = viết tất cả vào một tệp; lặp lại thì dùng neo `&` và `<<`
scenario-too-many-nodes = một môi trường có tối đa { $most } máy
scenario-capability = quyền `{ $name }` không được cấp trong lab
scenario-command = câu lệnh có dấu nháy không đóng; viết thành danh sách `[lệnh, "tham số"]`
scenario-environment-name = `{ $name }` không phải tên biến môi trường
scenario-healthcheck = `test` phải là một dòng lệnh, `[CMD, lệnh, …]`, `[CMD-SHELL, "dòng lệnh"]` hoặc `[NONE]`
scenario-memory = `{ $text }` không phải lượng bộ nhớ; viết từ `6m` đến `64g`
scenario-cpus = ở đây phải là số bộ xử lý, từ 0.01 đến 64
scenario-network-twice = mạng `{ $name }` được viết hai lần
scenario-circle = các máy chờ nhau thành vòng: { $names }

# Lời giải
scenario-step-twice = đã có bước tên `{ $name }`
scenario-step-empty = bước này không làm gì: cần `run`, `solves`, `expect_check`, `report` hoặc `jump`
scenario-capture-nothing = `capture` cần một lệnh `run` để lấy kết quả
scenario-node-nothing = `node` không đi cùng `run` thì bước này không gõ gì vào máy
scenario-pattern = biểu thức chính quy sai: { $reason }
scenario-pattern-group = biểu thức phải có đúng một nhóm `(…)`: phần được lấy ra
scenario-no-terminal = học viên không có terminal trên `{ $name }`, lời giải cũng không
scenario-other-user = terminal của `{ $name }` thuộc về `{ $user }`; lời giải chỉ dùng tài khoản đó
scenario-solves-kind = nhiệm vụ `{ $name }` không nhận câu trả lời; dùng `expect_check` hoặc `report`
scenario-expect-kind = nhiệm vụ `{ $name }` không phải loại `check`; dùng `solves` hoặc `report`
scenario-report-kind = nhiệm vụ `{ $name }` không phải loại `report`; dùng `solves` hoặc `expect_check`
scenario-grade-points = tiêu chí này chỉ có tối đa { $points } điểm
scenario-jump = `{ $name }` không xảy ra theo giờ, nên không nhảy thời gian tới đó được
scenario-unsolved = lời giải không giải các nhiệm vụ: { $names }
