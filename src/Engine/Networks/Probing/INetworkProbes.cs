namespace Brig.Engine.Networks.Probing;

/// <summary>Tries whether one container finds and reaches another.</summary>
public interface INetworkProbes
{
    /// <summary>
    /// By sockets in the network namespace of <paramref name="from"/>, so no program of its image is needed: its name server is asked for the other's name, an echo is sent to each address the other has on
    /// a network of both, and its ports are connected to. Takes up to two seconds where nothing answers.
    /// </summary>
    /// <param name="from">Container by id, start of an id, or name; it must run and be on a network.</param>
    /// <param name="to">Likewise.</param>
    /// <param name="port">TCP; null: those it listens on.</param>
    /// <exception cref="EngineException">NotFound. Conflict: one of them does not run, or is on no network. Invalid: no port.</exception>
    Task<ProbeReport> TestAsync(string from, string to, int? port, CancellationToken stop = default);
}
