namespace Brig.Api.Tests.Support;

/// <summary>One Brig for all tests of a class that only look, or are refused.</summary>
public sealed class SharedBrig : IAsyncLifetime
{
    internal TestBrig Brig { get; private set; } = null!;

    public async Task InitializeAsync() => Brig = await TestBrig.StartAsync();

    public async Task DisposeAsync() => await Brig.DisposeAsync();
}
