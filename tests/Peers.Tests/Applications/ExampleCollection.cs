namespace Brig.Peers.Tests.Applications;

/// <summary>Whoever needs the images of the examples: they are built once.</summary>
[CollectionDefinition(Name)]
public sealed class ExampleCollection : ICollectionFixture<ExampleImages>
{
    public const string Name = "examples";
}
