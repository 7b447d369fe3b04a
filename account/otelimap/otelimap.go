// Package otelimap reports the commands of package account to OpenTelemetry: a span
// for each, and a histogram of their durations. It is a module of its own, so that
// users of package imap do not depend on OpenTelemetry.
//
//	tracer, err := otelimap.New(otel.GetTracerProvider(), otel.GetMeterProvider())
//	acc, err := account.Open(ctx, account.Config{Tracer: tracer, …})
//
// Names of mailboxes are attributes; names of users, subjects and contents are not.
package otelimap

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/seed-090b04e4/imap/account"
)

const scope = "github.com/seed-090b04e4/imap/account/otelimap"

// Tracer is an [account.Tracer].
type Tracer struct {
	tracer   trace.Tracer
	duration metric.Float64Histogram
	octets   metric.Int64Counter
}

var _ account.Tracer = (*Tracer)(nil)

// New returns a Tracer. Its errors are those of the meter.
func New(traces trace.TracerProvider, meters metric.MeterProvider) (*Tracer, error) {
	meter := meters.Meter(scope)
	duration, err := meter.Float64Histogram("imap.client.command.duration", metric.WithUnit("s"), metric.WithDescription("Duration of IMAP commands."))
	if err != nil {
		return nil, err
	}
	octets, err := meter.Int64Counter("imap.client.body.size", metric.WithUnit("By"), metric.WithDescription("Octets of bodies sent and received."))
	if err != nil {
		return nil, err
	}
	return &Tracer{traces.Tracer(scope), duration, octets}, nil
}

// Start begins a span.
func (t *Tracer) Start(ctx context.Context, op account.Operation) context.Context {
	attrs := []attribute.KeyValue{attribute.String("server.address", op.Host), attribute.String("imap.command", op.Name)}
	if op.Mailbox != "" {
		attrs = append(attrs, attribute.String("imap.mailbox", op.Mailbox))
	}
	ctx, _ = t.tracer.Start(ctx, "IMAP "+op.Name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...))
	return ctx
}

// End ends the span that Start began.
func (t *Tracer) End(ctx context.Context, op account.Operation, out account.Outcome) {
	span := trace.SpanFromContext(ctx)
	span.SetAttributes(attribute.Int("imap.rows", out.Rows))
	labels := []attribute.KeyValue{attribute.String("server.address", op.Host), attribute.String("imap.command", op.Name)}
	if out.Err != nil {
		span.SetStatus(codes.Error, out.Err.Error())
		kind := "error"
		if out.Code != "" {
			kind = string(out.Code)
		}
		span.SetAttributes(attribute.String("error.type", kind))
		labels = append(labels, attribute.String("error.type", kind))
	}
	span.End()
	set := metric.WithAttributes(labels...)
	t.duration.Record(ctx, out.Duration.Seconds(), set)
	if out.Octets > 0 {
		t.octets.Add(ctx, out.Octets, set)
	}
}
