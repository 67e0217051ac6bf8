using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Evercam.Storage.Catalog;

/// <summary>A notice on its way to a webhook, and afterwards the line about it in the webhook's log.</summary>
public sealed class WebhookDelivery
{
    /// <summary>Primary key, and the id on the wire: the same at each attempt.</summary>
    public long Key { get; set; }

    /// <summary>The webhook. Deleting it deletes its log.</summary>
    public required long WebhookKey { get; set; }

    /// <summary>The webhook; <see langword="null"/> if not loaded.</summary>
    public Webhook? Webhook { get; set; }

    /// <summary>The notice; <see langword="null"/> for a trial. Deleting it deletes its deliveries.</summary>
    public long? NoticeKey { get; set; }

    /// <summary>The notice; <see langword="null"/> if not loaded.</summary>
    public CameraNotice? Notice { get; set; }

    /// <summary>When it was left here, Unix seconds.</summary>
    public required long CreatedAt { get; set; }

    /// <summary>How it is going.</summary>
    public DeliveryState State { get; set; } = DeliveryState.Waiting;

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is to be tried next, Unix seconds; <see langword="null"/> if it is not.</summary>
    public long? DueAt { get; set; }

    /// <summary>When it was tried last, Unix seconds; <see langword="null"/> if it was not.</summary>
    public long? TriedAt { get; set; }

    /// <summary>The HTTP status that the last attempt was answered with; <see langword="null"/> if it was not.</summary>
    public int? Status { get; set; }

    /// <summary>What was wrong with the last attempt, in our own words; <see langword="null"/> if nothing was.</summary>
    public string? Failure { get; set; }

    internal static void Describe(EntityTypeBuilder<WebhookDelivery> delivery)
    {
        delivery.ToTable("webhook_deliveries");
        delivery.HasKey(d => d.Key);
        delivery.HasIndex(d => new { d.WebhookKey, d.Key });
        delivery.HasIndex(d => d.DueAt).HasFilter("due_at IS NOT NULL");
        delivery.HasOne(d => d.Webhook).WithMany().HasForeignKey(d => d.WebhookKey).OnDelete(DeleteBehavior.Cascade);
        delivery.HasOne(d => d.Notice).WithMany().HasForeignKey(d => d.NoticeKey).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>How a delivery is going. The numbers are stored.</summary>
public enum DeliveryState
{
    /// <summary>It is tried, or tried again.</summary>
    Waiting = 1,

    /// <summary>It arrived.</summary>
    Delivered = 2,

    /// <summary>It is not tried any more.</summary>
    GivenUp = 3,
}
