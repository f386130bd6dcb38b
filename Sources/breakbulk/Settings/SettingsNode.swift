import Yams

/// One value of the configuration file with its place, read as the type that its key wants.
struct SettingsNode {
    let node: Node
    /// Name of the file, for messages.
    let file: String
    /// Keys from the top, joined by points (`limits.request_bytes`); empty for the whole file.
    let path: String
    let line: Int

    var place: String { "\(file):\(line)" }

    /// Nothing stands behind the key.
    var isEmpty: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// A word or number, not a group or list.
    var isSingle: Bool {
        if case .scalar = node { true } else { false }
    }

    /// Any single value, numbers and words alike, as written.
    func text() throws(SettingsError) -> String {
        guard case .scalar(let scalar) = node, !isEmpty else { throw wrong("must be a single value") }
        return scalar.string
    }

    func flag() throws(SettingsError) -> Bool {
        switch try text().lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw wrong("must be true or false")
        }
    }

    /// A whole number within the range.
    func count(in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let value = Int(try text()) else { throw wrong("must be a whole number") }
        return try within(range, value)
    }

    /// A size in bytes within the range, perhaps with a unit: `64MiB`.
    func bytes(in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let value = ByteSize.read(try text()) else {
            throw wrong("must be a size such as 1048576, 64MiB or 10GiB")
        }
        return try within(range, value)
    }

    func list() throws(SettingsError) -> [SettingsNode] {
        if isEmpty { return [] }
        guard case .sequence(let sequence) = node else { throw wrong("must be a list: [one, two]") }
        return sequence.enumerated().map { index, item in
            SettingsNode(node: item, file: file, path: "\(path)[\(index)]", line: item.mark?.line ?? line)
        }
    }

    func texts() throws(SettingsError) -> [String] {
        try list().map { item throws(SettingsError) in try item.text() }
    }

    /// The keys and values below this one; keys that are not `known` are refused (nil: any key goes).
    func section(_ known: [String]?) throws(SettingsError) -> SettingsSection {
        if isEmpty { return SettingsSection(members: []) }
        guard case .mapping(let mapping) = node else { throw wrong("must be a group of keys") }
        var members: [SettingsSection.Member] = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? line
            guard case .scalar(let name) = key else { throw wrong("has a key that is not a word") }
            let child = SettingsNode(
                node: value, file: file, path: path.isEmpty ? name.string : "\(path).\(name.string)",
                line: line)
            if let known, !known.contains(name.string) { throw child.unknown(name.string, among: known) }
            members.append(SettingsSection.Member(name: name.string, node: child))
        }
        return SettingsSection(members: members)
    }

    /// The fault that this value is not what its key wants.
    func wrong(_ need: String) -> SettingsError {
        SettingsError(.wrongType, at: place, path.isEmpty ? "the file \(need)." : "`\(path)` \(need).")
    }

    private func within(_ range: ClosedRange<Int>, _ value: Int) throws(SettingsError) -> Int {
        guard range.contains(value) else {
            throw SettingsError(
                .outOfRange, at: place,
                "`\(path)` must be from \(range.lowerBound) to \(range.upperBound), and is \(value).")
        }
        return value
    }
}
