using Brig.Engine.Containers;
using Brig.Engine.Isolation;
using Brig.Engine.Stacks.Applying;
using Brig.Engine.Stacks.Keeping;
using Brig.Engine.Stacks.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Brig.Engine.Stacks;

internal static class StackServices
{
    public static IServiceCollection AddStacks(this IServiceCollection services)
    {
        services.AddSingleton<StackRows>();
        services.AddSingleton<StackBook>();
        services.AddSingleton<ForeignWork>();
        services.AddSingleton<StackView>();
        services.AddSingleton<StackFeed>();
        services.AddSingleton<OwnFiles>();
        services.AddSingleton<SecretBook>();
        services.AddSingleton<StackReader>();
        services.AddSingleton<SecretFiles>();
        services.AddSingleton<SecretSweep>();
        services.AddSingleton<StackPlans>();
        services.AddSingleton<ImageSupply>();
        services.AddSingleton<ContainerMaker>();
        services.AddSingleton<ReadyWatch>();
        services.AddSingleton<DependencyWatch>();
        services.AddSingleton<Drain>();
        services.AddSingleton<ReplacementTools>();
        services.AddSingleton<Applier>();
        services.AddSingleton<StackVerbs>();
        services.AddSingleton<StackWorker>();
        services.AddSingleton<StackLogs>();
        services.AddSingleton<StackHost>();
        services.AddSingleton<IStacks, AllStacks>();
        services.AddSingleton<IStartWatcher>(all => new StartWatchers(ActivatorUtilities.CreateInstance<StartWatcher>(all), all.GetRequiredService<SecretFiles>()));
        return services;
    }
}

/// <summary>Opens the stacks when the engine does.</summary>
internal sealed class StackHost(StackBook book, StackFeed feed, StackWorker worker, SecretSweep sweep)
{
    /// <summary>Before containers are adopted: their starts may need it.</summary>
    public void Open() => book.Open();

    /// <summary>Containers are adopted: what was cut short goes on.</summary>
    public async Task GoOnAsync()
    {
        feed.Open();
        sweep.Open();
        await worker.RecoverAsync();
    }
}
