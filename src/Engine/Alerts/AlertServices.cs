using Brig.Engine.Alerts.Sending;
using Brig.Engine.Alerts.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Brig.Engine.Alerts;

internal static class AlertServices
{
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        services.AddSingleton<AlertBook>();
        services.AddSingleton<IncidentBook>();
        services.AddSingleton<TargetTable>();
        services.AddSingleton<SilenceTable>();
        services.AddSingleton<AlertDesk>();
        services.AddSingleton<LogWatch>();
        services.AddSingleton<SourceMemory>();
        services.AddSingleton<IAlertSender, WebhookSender>();
        services.AddSingleton<IAlertSender, MailSender>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<AlertPreviewer>();
        services.AddSingleton<IAlerts, AlertService>();
        return services.AddSingleton<IHostedService, AlertHost>();
    }
}
