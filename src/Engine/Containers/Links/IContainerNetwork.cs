using Brig.Linux.Net;

namespace Brig.Engine.Containers;

/// <summary>
/// The networks, as the life of a container sees them. Asked only about containers whose network namespace is <c>new</c>; all but <see cref="PrepareAsync"/>'s
/// failures end in a log, for what runs goes on.
/// <code>
/// start     Prepare → Attach, while the links of the setup are made → the program is executed
/// restart   the same, and the namespace is the pinned one, with the links, addresses and connections it had
/// end       Ended; the namespace stays
/// remove    Release; then the namespace goes, and its links with it
/// a new engine finds it running: Adopted
/// </code>
/// </summary>
internal interface IContainerNetwork
{
    /// <summary>Under the container's lock, before anything is made: its addresses are decided and its bridges are there.</summary>
    /// <exception cref="EngineException">Fails the start with its sentence.</exception>
    ValueTask<NetworkSetup> PrepareAsync(Container container, BirthRecorder birth);

    /// <summary>Its namespace is there, its links are being made beside this, its program waits. Rules of its links and ports, its name server, its names. Not called for a setup without links.</summary>
    /// <param name="inside">The caller's to dispose: keep sockets, not this. <see cref="Pins.Open"/> gives another later.</param>
    /// <exception cref="EngineException">Fails the start with its sentence; <see cref="EndedAsync"/> is called then too.</exception>
    ValueTask AttachAsync(Container container, NetworkSetup setup, NetNamespace inside, BirthRecorder birth);

    /// <summary>After <see cref="AttachAsync"/>: its links are there too. Nobody waits for what this begins.</summary>
    void Linked(Container container)
    {
    }

    /// <summary>It runs already, found by a new engine. Under its lock.</summary>
    /// <param name="inside">The caller's to dispose; null: it could not be opened.</param>
    ValueTask AdoptedAsync(Container container, NetNamespace? inside);

    /// <summary>Its program ended, or a start failed after <see cref="PrepareAsync"/>. It keeps its addresses.</summary>
    /// <param name="again">It is about to be started again by its policy.</param>
    ValueTask EndedAsync(Container container, bool again);

    /// <summary>It was removed: its row is gone, its addresses may be given to others.</summary>
    ValueTask ReleaseAsync(Container container);
}
