using Brig.Engine.Containers;
using Brig.Engine.Events;
using Brig.Engine.Images;
using Brig.Engine.Logs;
using Brig.Engine.Metrics;
using Brig.Engine.State;
using Brig.Linux.Cgroups;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Brig.Engine;

public static class EngineServices
{
    /// <summary>
    /// The whole engine: IContainers, IImages, IEvents, IMetrics, ILogs, <see cref="ISettings"/> for what else must survive, and
    /// a hosted service that opens it all when the host starts; <see cref="IEngineStatus"/> tells when it is ready.
    /// </summary>
    public static IServiceCollection AddBrigEngine(this IServiceCollection services, EngineOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton<EnginePaths>();
        services.AddSingleton<Store>();
        services.AddSingleton<ISettings>(all => all.GetRequiredService<Store>());
        services.AddSingleton<EventLog>();
        services.AddSingleton<IEvents>(all => all.GetRequiredService<EventLog>());
        services.AddSingleton<ImageStore>();
        services.AddSingleton<IImages>(all => all.GetRequiredService<ImageStore>());
        services.AddSingleton(_ => CgroupHost.Detect());
        services.AddSingleton<ContainerTable>();
        services.AddSingleton<IImageUsers>(all => all.GetRequiredService<ContainerTable>());
        services.AddSingleton<ContainerRows>();
        services.AddSingleton<StateWriter>();
        services.AddSingleton<PlanBuilder>();
        services.AddSingleton<ShimProcess>();
        services.AddSingleton<Starter>();
        services.AddSingleton<BirthFiles>();
        services.AddSingleton<Supervisor>();
        services.AddSingleton<Creator>();
        services.AddSingleton<Stopper>();
        services.AddSingleton<Changer>();
        services.AddSingleton<Remover>();
        services.AddSingleton<Pruner>();
        services.AddSingleton<Reporter>();
        services.AddSingleton<ExecPlans>();
        services.AddSingleton<Execs>();
        services.AddSingleton<IContainers, ContainerService>();
        services.AddSingleton<Sampler>();
        services.AddSingleton<IMetrics>(all => all.GetRequiredService<Sampler>());
        services.AddHostedService(all => all.GetRequiredService<Sampler>());
        services.AddSingleton<ILogOwners, LogOwners>();
        services.AddSingleton<ILogs, LogReader>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<EngineHost>();
        services.AddSingleton<IEngineStatus>(all => all.GetRequiredService<EngineHost>());
        services.AddSingleton<IHostedService>(all => all.GetRequiredService<EngineHost>());
        return services;
    }
}
