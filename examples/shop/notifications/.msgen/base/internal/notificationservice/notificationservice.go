// Package notificationservice answers the RPCs of shop.notifications.v1.NotificationService.
package notificationservice

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	notificationsv1 "example.com/shop/notifications/gen/shop/notifications/v1"
)

// Server implements the NotificationService service. Its methods may be called at the same time.
type Server struct {
	// An RPC that has no method here is a compile error rather than an UNIMPLEMENTED at run time.
	notificationsv1.UnsafeNotificationServiceServer
}

// New returns a Server. Take what the handlers need (a store, a client of another service) as parameters, keep it in
// Server, and pass it from main.
func New() *Server {
	return &Server{}
}

// ListNotifications lists what a customer has been told, oldest first.
func (s *Server) ListNotifications(ctx context.Context, req *notificationsv1.ListNotificationsRequest) (*notificationsv1.ListNotificationsResponse, error) {
	// TODO: implement ListNotifications.
	return nil, status.Error(codes.Unimplemented, "ListNotifications is not implemented")
}
