using System.Collections.Immutable;
using System.Globalization;
using Brig.Engine.Containers;
using Brig.Engine.Stacks.Compose;
using Brig.Engine.Stacks.Plans;
using Brig.Engine.Tasks;

namespace Brig.Engine.Stacks.Applying;

/// <summary>The old containers are back: a sentence that says so, and why.</summary>
internal sealed class RolledBackException(string message) : Exception(message);

/// <summary>
/// The containers of a service are replaced, some at a time, by its update_config. One that cannot be replaced is as it was before, whatever the others become: a service never has less than it had.
/// With failure_action <c>continue</c> the others go on; with <c>pause</c> it stands still, with <c>rollback</c> those that were replaced come back, when more fail than may.
/// </summary>
internal sealed class RollingUpdate(ReplacementTools tools, DesiredService service, string round, TimeProvider time, TaskRun run)
{
    private readonly UpdateRules _rules = service.Asked.Update;
    private readonly Lock _gate = new();
    private readonly List<Replacement> _replaced = [];

    /// <param name="pairs">What is wanted, the one that was there, and what a killed engine had made already.</param>
    /// <returns>A sentence for each that stayed as it was. Empty: all were replaced.</returns>
    /// <exception cref="RolledBackException">All is as it was.</exception>
    /// <exception cref="EngineException">It stands still half way, as update_config says.</exception>
    public async Task<ImmutableArray<string>> RunAsync(ImmutableArray<(DesiredContainer Wanted, Container Old, Container? Fresh)> pairs)
    {
        var stayed = ImmutableArray.CreateBuilder<string>();
        int done = 0;
        try
        {
            foreach (var batch in pairs.Chunk(_rules.Parallelism == 0 ? pairs.Length : _rules.Parallelism))
            {
                if (done > 0)
                {
                    await Task.Delay(_rules.Delay, time, run.Stop);
                }
                var failures = await Task.WhenAll(batch.Select(pair => OneAsync(pair.Wanted, pair.Old, pair.Fresh, done, pairs.Length)));
                done += batch.Length;
                stayed.AddRange(failures.OfType<string>());
                if (failures.OfType<string>().LastOrDefault() is { } failure && _rules.OnFailure != UpdateFailure.Continue && stayed.Count / (double)pairs.Length > _rules.MaxFailureRatio)
                {
                    await GiveUpAsync(failure);
                }
            }
        }
        catch (OperationCanceledException) when (!run.IsEngineEnding)
        {
            // Nobody would go on with it.
            await BackAsync();
            throw;
        }
        await FinishAsync();
        return stayed.ToImmutable();
    }

    /// <returns>Why it is as it was; null: it was replaced.</returns>
    private async Task<string?> OneAsync(DesiredContainer wanted, Container old, Container? fresh, int done, int all)
    {
        string Counted(string phase) => all == 1 ? phase : string.Create(CultureInfo.InvariantCulture, $"{wanted.Number} of {all}: {phase}");
        var replacement = new Replacement(tools, service, wanted, old, fresh, round, _rules, phase => Tell(Counted(phase)));
        if (_rules.Order == UpdateOrder.StartFirst && replacement.Impossible is { } why)
        {
            run.Line($"{wanted.Name}: the old one is stopped first, because {why}.");
        }
        try
        {
            await replacement.RunAsync(run.Stop);
            lock (_gate)
            {
                _replaced.Add(replacement);
            }
            run.Line($"{wanted.Name} was replaced ({done + 1} of {all}).");
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            string failure = e.Message;
            run.Line($"{wanted.Name}: {failure}");
            Tell(Counted("bringing back the old one"));
            return await TryUndoAsync(replacement) is { } trouble ? $"{failure} {trouble}" : failure;
        }
        catch (OperationCanceledException) when (!run.IsEngineEnding)
        {
            Tell(Counted("bringing back the old one"));
            await TryUndoAsync(replacement);
            throw;
        }
    }

    private async Task GiveUpAsync(string failure)
    {
        if (_rules.OnFailure == UpdateFailure.Rollback)
        {
            throw await BackAsync()
                ? new RolledBackException($"The update of {service.Name} failed and was rolled back: {failure}")
                : EngineException.Failed($"The update of {service.Name} failed and could be rolled back in part only: {failure}");
        }
        await FinishAsync();
        throw EngineException.Failed($"The update of {service.Name} stands still: {failure}");
    }

    private void Tell(string phase) => run.Step(service.Name, step => step with { Phase = phase });

    private Task FinishAsync() => Task.WhenAll(_replaced.Select(replacement => replacement.FinishAsync()));

    /// <returns>False: not all of them came back; why is told.</returns>
    private async Task<bool> BackAsync()
    {
        Tell("rolling back");
        bool all = true;
        for (int i = _replaced.Count - 1; i >= 0; i--)
        {
            all &= await TryUndoAsync(_replaced[i]) is null;
        }
        _replaced.Clear();
        return all;
    }

    /// <summary>One that cannot come back keeps no other from it.</summary>
    private async Task<string?> TryUndoAsync(Replacement replacement)
    {
        try
        {
            await replacement.UndoAsync();
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            string trouble = $"The old one could not be brought back: {e.Message}";
            run.Line($"{replacement.Name}: {trouble}");
            return trouble;
        }
    }
}
