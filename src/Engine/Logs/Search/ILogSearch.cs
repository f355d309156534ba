using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Brig.Engine.Logs.Search;

public enum LogDownload { Text, JsonLines }

/// <summary>Searches the logs of all containers, of removed ones too for as long as they are kept.</summary>
public interface ILogSearch
{
    /// <summary>Checks the search and takes one of the few places; dispose to give it back.</summary>
    /// <exception cref="EngineException">Invalid, NotFound (a source nobody is), Busy.</exception>
    /// <param name="isDownload">It is to be copied: those have places of their own, for a slow client takes as long as it likes.</param>
    ILogSearching Begin(LogSearch search, bool isDownload = false);

    /// <summary>All whose logs there are.</summary>
    ImmutableArray<LogSource> Sources();

    /// <summary>A removed container whose log is kept, by id, name (the one removed last) or a start of the id; null: there is none.</summary>
    LogSource? Removed(string idOrName);

    /// <summary>Throws the kept log of a removed container away.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    Task ForgetAsync(string idOrName);

    /// <summary>The lines at and around a line's address.</summary>
    /// <exception cref="EngineException">NotFound: the container, or its file is gone.</exception>
    Task<ImmutableArray<LogLine>> AroundAsync(string idOrName, LogPosition position, int before, int behind, CancellationToken stop = default);

    async IAsyncEnumerable<LogSearchBatch> SearchAsync(LogSearch search, [EnumeratorCancellation] CancellationToken stop = default)
    {
        using var searching = Begin(search);
        await foreach (var batch in searching.ReadAsync(stop))
            yield return batch;
    }
}

/// <summary>A search that may run, once. It works only while somebody reads.</summary>
public interface ILogSearching : IDisposable
{
    /// <summary>At least one batch; the last is <see cref="LogSearchBatch.Done"/>.</summary>
    IAsyncEnumerable<LogSearchBatch> ReadAsync(CancellationToken stop = default);

    /// <summary>All that is found, oldest first and without limit, at the pace of <paramref name="to"/>.</summary>
    Task CopyAsync(LogDownload format, Stream to, CancellationToken stop = default);
}
