using System.Text.RegularExpressions;

namespace Brig.Engine.Isolation;

/// <summary>apparmor(7). Brig brings no profile of its own: what is asked for by name must be loaded.</summary>
internal static partial class AppArmor
{
    private const string Enabled = "/sys/module/apparmor/parameters/enabled";

    private const string Unconfined = "unconfined";

    public static bool IsEnabled => File.Exists(Enabled) && File.ReadAllText(Enabled).StartsWith('Y');

    /// <exception cref="EngineException">Invalid.</exception>
    public static void Check(string? profile)
    {
        if (profile is null)
        {
            return;
        }
        if (!ProfileRule().IsMatch(profile))
        {
            throw EngineException.Invalid($"\"{Text.Short(profile)}\" is no name of an AppArmor profile.");
        }
        if (!IsEnabled && profile != Unconfined)
        {
            throw EngineException.Invalid($"The AppArmor profile {profile} cannot be used: this kernel runs without AppArmor. Leave it out, or boot with apparmor=1 security=apparmor.");
        }
    }

    /// <summary>What the shim asks for; null: nothing, as nothing confines where there is no AppArmor.</summary>
    public static string? Plan(string? profile) => profile == Unconfined && !IsEnabled ? null : profile;

    [GeneratedRegex(@"\A[a-zA-Z0-9_./:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProfileRule();
}
