/// Joins what is wrong with several fields of one record into one bounded message.
struct FaultList {
    /// Fields told in full; further ones are named, and beyond `namedMax` only counted.
    private static let toldMax = 5
    private static let namedMax = 40

    private var told: [String] = []
    private var named: [String] = []
    private var count = 0
    private var only = ""

    mutating func add(_ words: String, column: String) {
        count += 1
        if count == 1 { only = words }
        if told.count < Self.toldMax {
            told.append("\(column): \(words)")
        } else if named.count < Self.namedMax {
            named.append(column)
        }
    }

    /// A single fault stands without its column, which the fault carries.
    var text: String {
        guard count > 1 else { return only }
        var text = told.joined(separator: "; ")
        if !named.isEmpty { text += "; also wrong: \(named.joined(separator: ", "))" }
        let silent = count - told.count - named.count
        return silent > 0 ? "\(text) and \(silent) more" : text
    }
}
