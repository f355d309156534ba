using System.Collections.Immutable;

namespace Brig.Engine.Alerts;

/// <summary>Every silence.</summary>
internal sealed class SilenceTable(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AlertSilence> _byId = [];

    /// <summary>Those that are not over, the first to end first.</summary>
    public ImmutableArray<AlertSilence> List()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            return [.. _byId.Values.Where(silence => silence.Until > now).OrderBy(silence => silence.Until)];
        }
    }

    /// <summary>One that keeps this rule quiet about this container; null: none does.</summary>
    public AlertSilence? Find(string rule, string source, string name)
    {
        lock (_gate)
        {
            if (_byId.Count == 0)
            {
                return null;
            }
            var now = time.GetUtcNow();
            return _byId.Values.FirstOrDefault(one => one.Until > now && one.Covers(rule, source, name));
        }
    }

    public void Put(AlertSilence silence)
    {
        lock (_gate)
        {
            _byId[silence.Id] = silence;
        }
    }

    public void Remove(string id)
    {
        lock (_gate)
        {
            _byId.Remove(id);
        }
    }

    /// <summary>Those that are over, forgotten.</summary>
    public ImmutableArray<string> TakeOld()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            ImmutableArray<string> old = [.. _byId.Values.Where(silence => silence.Until <= now).Select(silence => silence.Id)];
            foreach (string id in old)
            {
                _byId.Remove(id);
            }
            return old;
        }
    }
}
