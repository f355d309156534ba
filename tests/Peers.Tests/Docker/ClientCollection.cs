namespace Brig.Peers.Tests.Docker;

/// <summary>Whoever needs dockerd and Brig side by side.</summary>
[CollectionDefinition(Name)]
public sealed class ClientCollection : ICollectionFixture<ClientScene>
{
    public const string Name = "clients of Docker's";
}
