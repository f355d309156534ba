namespace Brig.Peers.Tests.Docker.Faults;

/// <summary>What an engine holds at one moment.</summary>
internal readonly record struct Held(int Descriptors, int Threads, int Kibibytes, int Shims);
