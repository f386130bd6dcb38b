extension String {
    /// For log lines: control characters and the ends of lines are escaped (`\n`), but for those at the text's own end. What a
    /// database or another program says may hold any, and a log's reader takes the rest of such a line for a line of its own.
    package var onOneLine: String {
        var scalars = unicodeScalars[...]
        while let last = scalars.last, last.isLogBreak { scalars.removeLast() }
        return scalars.reduce(into: "") { text, scalar in
            text += scalar.isLogBreak ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isLogBreak: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
