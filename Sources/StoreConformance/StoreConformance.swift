/// The suite that every store must pass: what it says is what `Store` promises.
package enum StoreConformance {
    /// All promises; each wants a fixture of its own.
    package static let cases: [ConformanceCase] =
        JobCases.all + SegmentCases.all + CatalogCases.all + InsertCases.all + UpdateCases.all
        + UpsertCases.all + SpellingCases.all
        + DeleteCases.all + TenantCases.all + CheckpointCases.all + RequestCases.all
        + SelectionWalkCases.all + SelectionGuardCases.all + ListedCases.all + SelectionRuleCases.all
        + SelectionFilterCases.all + SelectionFaultCases.all + StreamChunkCases.all
        + RecordCases.all + RecordListCases.all + OutboxCases.all + ReplyCases.all
}
