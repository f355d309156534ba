namespace Brig.Engine.Ids;

/// <summary>
/// Who has which range of ids. What is held is written with each container's row, so this begins empty and is told by <see cref="Hold"/> at start.
/// A range that is given back is the last to be taken again.
/// </summary>
internal sealed class IdPool
{
    private readonly Lock _gate = new();
    private readonly IdSpan _span;
    private readonly IdBlocks _blocks;
    private readonly SubordinateIds _promised = new("/etc/subuid", "/etc/subgid");

    /// <summary>By range, how many containers have it: more than one where they share a user namespace.</summary>
    private readonly Dictionary<UserIds, int> _held = [];

    /// <summary>Free ones of the blocks that are ours.</summary>
    private readonly Queue<UserIds> _free = [];

    public IdPool(EngineOptions options, IdBlocks blocks) => (_span, _blocks) = (options.Ids, blocks);

    /// <exception cref="EngineException">Unavailable: every range is taken.</exception>
    public UserIds Take()
    {
        lock (_gate)
        {
            do
            {
                while (_free.TryDequeue(out var ids))
                {
                    if (_held.TryAdd(ids, 1))
                    {
                        return ids;
                    }
                }
            }
            while (ClaimAnother());
        }
        throw EngineException.Unavailable(
            $"All ranges of user ids in BRIG_ID_RANGE={_span} are taken; remove containers that are not needed any more, or give Brig a larger BRIG_ID_RANGE.");
    }

    /// <summary>One container more that has it.</summary>
    public void Hold(UserIds? had)
    {
        if (had is not { } ids)
        {
            return;
        }
        lock (_gate)
        {
            _held[ids] = _held.GetValueOrDefault(ids) + 1;
            try
            {
                Claim(IdBlocks.Of(ids));
            }
            catch (EngineException)
            {
                // Told at its start, by Check: the others can be used meanwhile.
            }
        }
    }

    /// <summary>One container less; only when nothing of it runs any more.</summary>
    public void Release(UserIds? had)
    {
        if (had is not { } ids)
        {
            return;
        }
        lock (_gate)
        {
            if (--_held[ids] > 0)
            {
                return;
            }
            _held.Remove(ids);
            if (_blocks.Has(IdBlocks.Of(ids)) && IsOurs(ids) && !_free.Contains(ids))
            {
                _free.Enqueue(ids);
            }
        }
    }

    /// <summary>Before a start: that nobody else gives these ids.</summary>
    /// <exception cref="EngineException">Conflict: another Brig does.</exception>
    public void Check(UserIds? had)
    {
        if (had is not { } ids)
        {
            return;
        }
        lock (_gate)
        {
            if (!Claim(IdBlocks.Of(ids)))
            {
                throw EngineException.Conflict(
                    $"The user ids of this container, {ids.First} and up, are given by another Brig{(_blocks.OwnerOf(IdBlocks.Of(ids)) is { } owner ? $", that of {owner}" : "")}; create this container anew, or remove that Brig's containers.");
            }
        }
    }

    /// <summary>At the engine's end: what no container has is free for others.</summary>
    public void Close()
    {
        lock (_gate)
        {
            var kept = _held.Keys.Select(IdBlocks.Of).ToHashSet();
            _blocks.Release(kept.Contains);
            _free.Clear();
        }
    }

    private bool Claim(uint block)
    {
        if (_blocks.Has(block))
        {
            return true;
        }
        if (!_blocks.TryClaim(block))
        {
            return false;
        }
        for (uint range = block * IdBlocks.Ranges; range < (block + 1) * IdBlocks.Ranges; range++)
        {
            var ids = new UserIds(range * UserIds.Size);
            if (IsOurs(ids) && !_held.ContainsKey(ids))
            {
                _free.Enqueue(ids);
            }
        }
        return true;
    }

    private bool ClaimAnother()
    {
        foreach (uint block in _span.Ranges.Select(range => range / IdBlocks.Ranges).Distinct().Where(block => !_blocks.Has(block)))
        {
            if (Claim(block) && _free.Count > 0)
            {
                return true;
            }
        }
        return false;
    }

    private bool IsOurs(UserIds ids) => _span.Contains(ids) && !_promised.Touch(ids);
}
