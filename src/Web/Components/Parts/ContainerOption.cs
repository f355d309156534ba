using Brig.Engine.Containers;
using static Brig.Web.Resources.Text;

namespace Brig.Web.Components.Parts;

/// <summary>A container's name where only text can stand, in a list to choose from: with the word where <see cref="ContainerName"/> has the mark.</summary>
public static class ContainerOption
{
    public static string Of(Container container) => container.Spec.Privileged ? T("container.privilegedName", container.Name) : container.Name;
}
