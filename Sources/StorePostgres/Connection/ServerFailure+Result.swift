import CLibPQ

extension ServerFailure {
    /// What a result says; boundary to libpq, which keeps the result.
    init(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let text = PQresultErrorField(result, Int32(code.asciiValue ?? 0)) else { return nil }
            return String(cString: text)
        }
        // The codes of <postgres_ext.h>, whose macros are characters.
        let message = field("M") ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
        self.init(state: field("C") ?? "08006", message: message)
        detail = field("D")
        schema = field("s")
        table = field("t")
        column = field("c")
        constraint = field("n")
        // The names of functions in the server's source: unlike messages they are not translated.
        isRaised = field("R") == "exec_stmt_raise"
        isPolicyViolation = field("R") == "ExecWithCheckOptions"
        guard let context = field("W") else { return }
        let place = CopyContext(context)
        copyLine = place?.line
        column = column ?? place?.column
        isFromFunction =
            field("q") != nil || context.split(separator: "\n").contains { !$0.hasPrefix("COPY ") }
    }
}
