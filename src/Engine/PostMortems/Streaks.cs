using System.Collections.Immutable;
using Brig.Engine.Containers;
using Microsoft.Extensions.Logging;

namespace Brig.Engine.PostMortems;

/// <summary>
/// Ends that wait to be looked at. The same end again and again is looked at the first time, and then at most once a second, always the newest: what came between is counted. So a
/// container that is restarted all the time costs two rows and little work.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim without a wait handle holds nothing to dispose.
internal sealed partial class Streaks(Gatherer gatherer, PostMortemTable table, TimeProvider time, ILogger<Streaks> log)
#pragma warning restore CA1001
{
    private const int MostCases = 4096;

    /// <summary>One that ends in ever other ways is in one streak after this many.</summary>
    private const int MostChanges = 4;
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1), Breath = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<ContainerId, Case> _cases = [];
    private readonly Dictionary<string, Case> _waiting = [];
    private readonly SemaphoreSlim _few = new(2);   // when all die at once, the verbs still get their turn at the disk

    /// <param name="ran">How long it had run.</param>
    /// <returns>Under which id it will be found: its own, or that of the last of its streak.</returns>
    public string Add(Death death, TimeSpan ran)
    {
        lock (_gate)
        {
            if (!_cases.TryGetValue(death.Container.Id, out var one))
            {
                Trim();
                _cases[death.Container.Id] = one = new();
            }
            bool soon = (death.Restarts > 0 || death.Lives) && ran < Short && death.End.FinishedAt - one.Newest < Short + Short;
            bool again = soon && (one.Key == death.Key || one.Changes >= MostChanges);
            one.Changes = soon ? one.Changes + (again ? 0 : 1) : 0;
            if (again && one.Count > 1)
            {
                death = death with { Id = one.Last };
            }
            (one.Key, one.Newest) = (death.Key, death.End.FinishedAt);
            if (!again)
            {
                (one.First, one.Count, one.Since) = (death.Id, 0, death.End.FinishedAt);
            }
            (one.Last, one.Count) = (death.Id, one.Count + 1);
            one.Put(death);
            _waiting[death.Id] = one;
            if (!one.Works)
            {
                one.Works = true;
                one.Work = Task.Run(() => WorkAsync(one));
            }
            return death.Id;
        }
    }

    /// <summary>Completes when this one is written; at once when it is not known here.</summary>
    public Task WrittenAsync(string id)
    {
        lock (_gate)
        {
            return _waiting.TryGetValue(id, out var one) ? Hurried(one) : Task.CompletedTask;
        }
    }

    /// <param name="forget">It is about to be removed.</param>
    public Task SettledAsync(ContainerId id, bool forget = false)
    {
        lock (_gate)
        {
            var work = _cases.TryGetValue(id, out var one) ? Hurried(one) : Task.CompletedTask;
            if (forget)
            {
                _cases.Remove(id);
            }
            return work;
        }
    }

    /// <summary>Writes what waits.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_cases.Values.Concat(_waiting.Values).Distinct().Select(Hurried));
        }
    }

    private static Task Hurried(Case one)
    {
        one.Hurry.TrySetResult();
        return one.Work;
    }

    private async Task WorkAsync(Case one)
    {
        await BreatheAsync(one);
        while (Next(one) is var (death, streak))
        {
            await _few.WaitAsync();
            try
            {
                await table.KeepAsync(await gatherer.GatherAsync(death, streak));
            }
            catch (Exception e)
            {
                NotWritten(e, death.Container.Name);
            }
            finally
            {
                _few.Release();
            }
            one.NotBefore = time.GetTimestamp();
            if (Done(one, death))
            {
                return;
            }
            if (streak is { Count: > 1 })
            {
                await BreatheAsync(one);
            }
        }
    }

    private async Task BreatheAsync(Case one)
    {
        if (one.Count > 1 && one.NotBefore is { } last && Breath - time.GetElapsedTime(last) is { Ticks: > 0 } left)
        {
            await Task.WhenAny(Task.Delay(left, time), one.Hurry.Task);
        }
    }

    private (Death, EndStreak?)? Next(Case one)
    {
        lock (_gate)
        {
            if (one.Waiting.Count == 0)
            {
                one.Works = false;
                return null;
            }
            var death = one.Waiting[0];
            one.Waiting.RemoveAt(0);
            return (death, death.Id == one.Last && one.Count > 1 ? new(one.First, one.Last, one.Count, one.Since) : null);
        }
    }

    /// <summary>True: nothing waits any more.</summary>
    private bool Done(Case one, Death death)
    {
        lock (_gate)
        {
            if (!one.Waiting.Any(other => other.Id == death.Id))
            {
                _waiting.Remove(death.Id);
            }
            if (one.Waiting.Count > 0)
            {
                return false;
            }
            one.Works = false;
            one.Hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    private void Trim()
    {
        if (_cases.Count >= MostCases)
        {
            foreach (var id in _cases.Where(pair => !pair.Value.Works).OrderBy(pair => pair.Value.Newest).Take(MostCases / 4).Select(pair => pair.Key).ToImmutableArray())
            {
                _cases.Remove(id);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The post-mortem of container {Name} could not be written")]
    private partial void NotWritten(Exception e, string name);

    /// <summary>The ends of one container. Touched under the gate, but for what its one worker alone reads.</summary>
    private sealed class Case
    {
        public string Key = "", First = "", Last = "";
        public int Count, Changes;
        public DateTimeOffset Since, Newest;
        public long? NotBefore;
        public bool Works;
        public Task Work = Task.CompletedTask;
        public TaskCompletionSource Hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>At most the first and the newest of a streak, and what came before it.</summary>
        public readonly List<Death> Waiting = [];

        public void Put(Death death)
        {
            Waiting.RemoveAll(other => other.Id == death.Id);
            Waiting.Add(death);
        }
    }
}
