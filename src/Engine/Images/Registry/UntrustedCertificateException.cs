namespace Brig.Engine.Images.Registry;

/// <summary>Ends a handshake.</summary>
/// <param name="why">Goes on after "The certificate of …", without a full stop.</param>
/// <param name="isUnknown">Nothing else is wrong with it than that nobody knows who signed it.</param>
internal sealed class UntrustedCertificateException(string why, bool isUnknown = false) : Exception(why)
{
    public bool IsUnknown => isUnknown;
}
