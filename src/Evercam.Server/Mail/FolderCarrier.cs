using System.Globalization;
using Evercam.Storage;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Evercam.Server.Mail;

/// <summary>Puts mails as files into the data directory, where there is no mail server. The log says where one lies, and never what
/// it says.</summary>
internal sealed partial class FolderCarrier(IOptions<StorageOptions> storage, TimeProvider clock, ILogger<FolderCarrier> log)
    : IMailCarrier
{
    private readonly string folder = Path.Combine(storage.Value.DataDirectory, "mail");

    public async Task TakeAsync(MimeMessage mail, CancellationToken cancellation)
    {
        // Codes are nobody else's business, also in a data directory that others may look into.
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var moment = clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var path = Path.Combine(folder, $"{moment}-{mail.MessageId!.Split('@')[0]}.eml");
        var unfinished = path + ".unfinished";
        await mail.WriteToAsync(unfinished, cancellation);
        File.Move(unfinished, path, overwrite: true);
        LogWritten(path);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A mail is in {Path}; to send mails, set Evercam:Mail:Host")]
    private partial void LogWritten(string path);
}
