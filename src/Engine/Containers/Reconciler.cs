namespace Brig.Engine.Containers;

/// <summary>Brings what is kept and what is together when the engine starts.</summary>
internal sealed class Reconciler
{
    public static Task StartAsync(CancellationToken stop) => Task.CompletedTask;
    public static Task StopAsync() => Task.CompletedTask;
}
