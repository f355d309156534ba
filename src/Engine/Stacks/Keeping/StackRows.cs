using System.Collections.Immutable;
using Brig.Engine.State;
using Microsoft.EntityFrameworkCore;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>The stacks' tables. Every write has reached the disk when it returns.</summary>
internal sealed class StackRows(Store store)
{
    private const int KeptRevisions = 50;

    public ImmutableArray<StackRecord> Stacks() => [.. store.Read(db => db.Stacks.Select(row => row.Record).ToArray()).Select(EngineJson.Read<StackRecord>)];

    public Task SaveAsync(StackRecord record) => store.WriteAsync(
        "INSERT INTO stacks(Id, Name, Record) VALUES($0, $1, $2) ON CONFLICT(Id) DO UPDATE SET Name = excluded.Name, Record = excluded.Record", [record.Id, record.Name, EngineJson.Write(record)]);

    /// <summary>The newest first.</summary>
    public ImmutableArray<RevisionRecord> Revisions(string id) =>
        [.. store.Read(db => db.StackRevisions.Where(row => row.StackId == id).OrderByDescending(row => row.Number).Select(row => row.Record).ToArray()).Select(EngineJson.Read<RevisionRecord>)];

    public RevisionRecord? Revision(string id, int number) =>
        store.Read(db => db.StackRevisions.Where(row => row.StackId == id && row.Number == number).Select(row => row.Record).SingleOrDefault()) is { } record ? EngineJson.Read<RevisionRecord>(record) : null;

    /// <summary>The revision and what is to be done with it, or neither.</summary>
    public Task BeginAsync(string id, RevisionRecord revision, StackIntent intent) => store.WriteAsync(db =>
    {
        db.StackRevisions.Where(row => row.StackId == id && (row.Number == revision.Number || row.Number <= revision.Number - KeptRevisions)).ExecuteDelete();
        db.StackRevisions.Add(new() { StackId = id, Number = revision.Number, Record = EngineJson.Write(revision) });
        db.StackIntents.Where(row => row.StackId == id).ExecuteDelete();
        db.StackIntents.Add(new() { StackId = id, Intent = EngineJson.Write(intent) });
    });

    public Task SaveAsync(string id, RevisionRecord revision) =>
        store.WriteAsync("UPDATE stack_revisions SET Record = $2 WHERE StackId = $0 AND Number = $1", [id, revision.Number, EngineJson.Write(revision)]);

    public Task IntendAsync(string id, StackIntent intent) => store.WriteAsync(
        "INSERT INTO stack_intents(StackId, Intent) VALUES($0, $1) ON CONFLICT(StackId) DO UPDATE SET Intent = excluded.Intent", [id, EngineJson.Write(intent)]);

    public Task DoneAsync(string id) => store.WriteAsync("DELETE FROM stack_intents WHERE StackId = $0", [id]);

    public ImmutableArray<(string Id, StackIntent Intent)> Intents() =>
        [.. store.Read(db => db.StackIntents.ToArray()).Select(row => (row.StackId, EngineJson.Read<StackIntent>(row.Intent)))];

    public Task RemoveAsync(string id) => store.WriteAsync(db =>
    {
        db.StackIntents.Where(row => row.StackId == id).ExecuteDelete();
        db.StackRevisions.Where(row => row.StackId == id).ExecuteDelete();
        db.Stacks.Where(row => row.Id == id).ExecuteDelete();
    });

    public string? Content(string fingerprint) => store.Read(db => db.StackContents.Where(row => row.Fingerprint == fingerprint).Select(row => row.Sealed).SingleOrDefault());

    public Task KeepContentAsync(string fingerprint, string @sealed) =>
        store.WriteAsync("INSERT INTO stack_contents(Fingerprint, Sealed) VALUES($0, $1) ON CONFLICT(Fingerprint) DO NOTHING", [fingerprint, @sealed]);

    /// <summary>Forgets the contents that no container has.</summary>
    public Task TrimContentsAsync(IReadOnlyCollection<string> used) => store.WriteAsync(db => db.StackContents.Where(row => !used.Contains(row.Fingerprint)).ExecuteDelete());
}
