using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Evercam.Storage.Catalog;

/// <summary>A column that is protected in the database and in clear in the entity. Each column has a purpose of its own, so that
/// what was copied from one to another does not open.</summary>
internal sealed class ProtectedText(IDataProtector protector)
    : ValueConverter<string, string>(value => protector.Protect(value), text => protector.Unprotect(text))
{
    public ProtectedText(IDataProtectionProvider secrets, string purpose)
        : this(ProtectorOf(secrets, purpose))
    {
    }

    public static IDataProtector ProtectorOf(IDataProtectionProvider secrets, string purpose) =>
        secrets.CreateProtector("Evercam.Storage", purpose);
}

/// <summary>A <see cref="Setting"/> as text; EF itself writes NULL for one that was never set.</summary>
internal sealed class SettingText()
    : ValueConverter<Setting?, string>(setting => setting!.Value ?? "", text => Setting.Of(text));

/// <summary>A <see cref="Setting"/> whose value is protected in the database.</summary>
internal sealed class ProtectedSettingText(IDataProtector protector) : ValueConverter<Setting?, string>(
    setting => setting!.Value == null ? "" : protector.Protect(setting.Value),
    text => Open(protector, text))
{
    public ProtectedSettingText(IDataProtectionProvider secrets, string purpose)
        : this(ProtectedText.ProtectorOf(secrets, purpose))
    {
    }

    private static Setting Open(IDataProtector protector, string text) =>
        text.Length == 0 ? Setting.Cleared : Setting.Protected(() => protector.Unprotect(text));
}

/// <summary>EF keeps one model per context type for the whole process, and the model holds the converters above. Two servers in
/// one process have two key rings, so each needs a model of its own.</summary>
internal sealed class ModelPerKeyRing : IModelCacheKeyFactory
{
    public object Create(DbContext context, bool designTime) =>
        (context.GetType(), designTime, context.GetService<IDataProtectionProvider>());
}
