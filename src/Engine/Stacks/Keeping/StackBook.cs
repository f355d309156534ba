using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Brig.Engine.Stacks.Keeping;

/// <summary>One stack in memory.</summary>
internal sealed class StackEntry(StackRecord record)
{
    /// <summary>Replaced whole, under <see cref="Lock"/>.</summary>
    public StackRecord Record { get; set; } = record;

    /// <summary>The services of the revision that stands.</summary>
    public ImmutableArray<RevisionService> Services { get; set; } = [];

    /// <summary>Of what works on it now.</summary>
    public string? TaskId { get; set; }

    public AsyncLock Lock { get; } = new();
}

/// <summary>All stacks that are kept, by id and by name.</summary>
internal sealed class StackBook(StackRows rows)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StackEntry> _stacks = new(StringComparer.Ordinal);

    public void Open()
    {
        foreach (var record in rows.Stacks())
        {
            _stacks[record.Id] = new(record) { Services = record.Revision == 0 ? [] : rows.Revision(record.Id, record.Revision)?.Services ?? [] };
        }
    }

    public ImmutableArray<StackEntry> List()
    {
        lock (_gate)
        {
            return [.. _stacks.Values.OrderBy(entry => entry.Record.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>Null: nobody has that name.</summary>
    public StackEntry? TryFind(string idOrName)
    {
        lock (_gate)
        {
            return _stacks.GetValueOrDefault(idOrName) ?? _stacks.Values.FirstOrDefault(entry => entry.Record.Name == idOrName);
        }
    }

    /// <exception cref="EngineException">Conflict: the name is taken.</exception>
    public async Task<StackEntry> AddAsync(StackRecord record)
    {
        var entry = new StackEntry(record);
        lock (_gate)
        {
            if (_stacks.Values.Any(other => other.Record.Name == record.Name))
            {
                throw EngineException.Conflict($"There is a stack \"{record.Name}\" already; change it, or choose another name.");
            }
            _stacks.Add(record.Id, entry);
        }
        try
        {
            await rows.SaveAsync(record);
            return entry;
        }
        catch
        {
            Forget(record.Id);
            throw;
        }
    }

    public async Task SaveAsync(StackEntry entry, StackRecord record)
    {
        await rows.SaveAsync(record);
        entry.Record = record;
    }

    public void Forget(string id)
    {
        lock (_gate)
        {
            _stacks.Remove(id);
        }
    }

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
}
