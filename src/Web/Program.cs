using Brig.Engine;
using Brig.Web;
using Brig.Web.Auth;
using Brig.Web.Options;

const int BadUsage = 64; // EX_USAGE of sysexits.h

if (Usage.IsAsked(args))
{
    Console.Out.WriteLine(Usage.Text);
    return 0;
}

try
{
    if (args is ["login-link", .. var rest])
    {
        return await LoginLinkCommand.RunAsync(rest);
    }
    Usage.Check(args);
    return await BrigApp.RunAsync(args, (services, engine) => services.AddBrigEngine(engine));
}
catch (BadOptionException e)
{
    Console.Error.WriteLine(e.Message);
    return BadUsage;
}
catch (EngineException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    Console.Error.WriteLine($"{e.Message} Set BRIG_URLS to another.");
    return 1;
}
