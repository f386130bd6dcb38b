extension SampleWriter {
    /// Names end in the row's number, so that each is one of its kind; `deleted_at` is never set. The first row has the id
    /// that spec 001 gives a record which is there already.
    func appendResource(_ index: Int, to row: inout SampleRow) {
        let number = firstID + index
        var random = SampleRandom(seed: seed, row: number)
        let bad = fault(at: index)
        let fault = bad?.fault
        if number == 1 { row.text(ResourceWords.existing) } else { row.text(ResourceWords.idHead, number) }
        if fault == .shortRow { return }
        let name = fault == .duplicateKey ? firstID + (bad?.goodIndex ?? 0) : number
        let kind = random.below(ResourceWords.types.count)
        if fault == .missingValue { row.absent() } else { row.text(ResourceWords.nameHead, name) }
        row.text(fault == .checkViolation ? Self.lost : ResourceWords.types[kind])
        row.text(ResourceWords.statuses[random.below(ResourceWords.statuses.count)])
        row.json(ResourceWords.metadata[random.below(ResourceWords.metadata.count)])
        let isBad = fault == .badValue || fault == .badInteger
        let created = SampleDate.all[random.below(SampleDate.dayCount - Self.changedDaysLater)]
        if isBad { row.text(Self.notANumber) } else { row.timestamp(created, secondOfDay: 0) }
        let changed = SampleDate.all[SampleDate.dayCount - 1 - random.below(Self.changedDaysLater)]
        row.timestamp(changed, secondOfDay: random.below(86_400))
        row.absent()
    }

    /// Changes lie in the last of the sample's days, creations before them.
    private static let changedDaysLater = 30
}

/// The texts that sample resources are made of.
private enum ResourceWords {
    static let idHead = Array("res_".utf8)
    static let existing = Array("existing_123".utf8)
    /// Spec 001 makes resources that are called "Resource 1", "Resource 2" …
    static let nameHead = Array("Sample resource ".utf8)
    static let types = ["document", "image", "video"].map { Array($0.utf8) }
    static let statuses = ["draft", "active", "published", "archived"].map { Array($0.utf8) }
    /// JSON objects; in CSV their quotes are doubled.
    static let metadata = [
        #"{"owner":"ada","pages":12}"#, #"{"owner":"chidi","tags":["a","b"]}"#, #"{"license":"CC-BY-4.0"}"#,
        "{}",
    ].map { Array($0.utf8) }
}
