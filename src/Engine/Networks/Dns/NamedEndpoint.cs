using System.Collections.Immutable;
using System.Net;

namespace Brig.Engine.Networks.Dns;

/// <summary>Somebody on a network who can be found by name.</summary>
/// <param name="Names">The first is what its address leads back to; the others are its short id, aliases and services. Another may have the same.</param>
/// <param name="Ready">False: it does not answer yet, or any more, as far as its health check knows. A name that others have too leads to them meanwhile.</param>
public sealed record NamedEndpoint(ImmutableArray<string> Names, ImmutableArray<IPAddress> Addresses, bool Ready = true);
