// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {OrderSigner} from "../../../fixtures/OrderSigner.sol";
import {IOrderBook} from "../../../../contracts/interfaces/IOrderBook.sol";
import {RequestOrderOperation, OrderKind, OrderOperation} from "../../../../contracts/types/Orders.sol";

contract ManageRequestOrder_Unit_Test is Market {
    function operation(OrderOperation verb, bytes memory sign) private view returns (RequestOrderOperation memory) {
        return RequestOrderOperation(requestOrder, verb, sign);
    }

    function signed(Account memory account, OrderOperation verb) private view returns (bytes memory) {
        return _sign(account, signer.hashRequestOperation(requestOrder, verb));
    }

    function expectRefusal(RequestOrderOperation memory operation_, address caller, address stands) private {
        bytes32 hash = signer.hashRequest(requestOrder);
        vm.expectRevert(
            abi.encodeWithSelector(IOrderBook.OperationNotAuthorized.selector, OrderKind.REQUEST, hash, stands)
        );
        vm.prank(caller);
        poco.manageRequestOrder(operation_);
    }

    function testFuzz_RevertWhen_AStrangerSendsItWithoutTheSignatureOfTheRequester(
        address stranger,
        bool close
    ) external {
        vm.assume(stranger != requester.addr);
        OrderOperation verb = OrderOperation(close ? 1 : 0);

        expectRefusal(operation(verb, signed(anyone, verb)), stranger, requester.addr);
    }

    function testFuzz_RevertWhen_TheRequesterSignedTheOperationWithTheOtherVerb(bool close) external {
        (OrderOperation verb, OrderOperation other) = close
            ? (OrderOperation.CLOSE, OrderOperation.SIGN)
            : (OrderOperation.SIGN, OrderOperation.CLOSE);

        expectRefusal(operation(verb, signed(requester, other)), anyone.addr, requester.addr);
    }

    function testFuzz_RevertWhen_TheRequesterSignedTheOperationOnAnotherOrder(bytes32 salt, bool close) external {
        vm.assume(salt != requestOrder.salt);
        OrderOperation verb = OrderOperation(close ? 1 : 0);
        bytes memory sign = signed(requester, verb);
        requestOrder.salt = salt;

        expectRefusal(operation(verb, sign), anyone.addr, requester.addr);
    }

    function testFuzz_RevertWhen_TheRequesterSignedTheOrderAndNotTheOperation(bool close) external {
        OrderOperation verb = OrderOperation(close ? 1 : 0);

        expectRefusal(operation(verb, _sign(requester, signer.hashRequest(requestOrder))), anyone.addr, requester.addr);
    }

    function testFuzz_RevertWhen_TheRequesterSignedTheOperationForAnotherHub(address hub) external {
        vm.assume(hub != address(poco));
        bytes32 hash = new OrderSigner(hub).hashRequestOperation(requestOrder, OrderOperation.CLOSE);

        expectRefusal(operation(OrderOperation.CLOSE, _sign(requester, hash)), anyone.addr, requester.addr);
    }

    function testFuzz_RevertWhen_TheRequesterIsTheZeroAddress(address caller) external {
        vm.assume(caller != address(0));
        requestOrder.requester = address(0);

        expectRefusal(operation(OrderOperation.SIGN, new bytes(65)), caller, address(0));
    }

    function testFuzz_WhenTheRequesterPresigns(bytes calldata junk) external {
        bytes32 hash = signer.hashRequest(requestOrder);

        // It should emit {SignedRequestOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.SignedRequestOrder(hash);
        vm.prank(requester.addr);
        poco.manageRequestOrder(operation(OrderOperation.SIGN, junk));

        // It should remember who stands for the order.
        assertEq(poco.viewPresigned(hash), requester.addr, "presigner");
        // It should consume nothing.
        assertEq(poco.viewConsumed(hash), 0, "consumed");
    }

    function test_WhenAStrangerBringsASignatureOfTheRequesterToPresign() external {
        bytes32 hash = signer.hashRequest(requestOrder);
        bytes memory sign = signed(requester, OrderOperation.SIGN);

        // It should emit {SignedRequestOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.SignedRequestOrder(hash);
        vm.prank(anyone.addr);
        poco.manageRequestOrder(operation(OrderOperation.SIGN, sign));

        // It should remember who stands for the order.
        assertEq(poco.viewPresigned(hash), requester.addr, "presigner");
    }

    function testFuzz_WhenTheRequesterCloses(uint256 volume, bool presigned) external {
        requestOrder.volume = volume;
        bytes32 hash = signer.hashRequest(requestOrder);
        vm.startPrank(requester.addr);
        if (presigned) poco.manageRequestOrder(operation(OrderOperation.SIGN, ""));

        // It should emit {ClosedRequestOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.ClosedRequestOrder(hash);
        poco.manageRequestOrder(operation(OrderOperation.CLOSE, ""));

        // It should consume the whole volume.
        assertEq(poco.viewConsumed(hash), volume, "consumed");
        // It should leave the presigner as it was.
        assertEq(poco.viewPresigned(hash), presigned ? requester.addr : address(0), "presigner");
    }

    function testFuzz_WhenAStrangerBringsASignatureOfTheRequesterToClose(uint256 volume) external {
        requestOrder.volume = volume;
        bytes32 hash = signer.hashRequest(requestOrder);
        bytes memory sign = signed(requester, OrderOperation.CLOSE);

        // It should emit {ClosedRequestOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.ClosedRequestOrder(hash);
        vm.prank(anyone.addr);
        poco.manageRequestOrder(operation(OrderOperation.CLOSE, sign));

        // It should consume the whole volume.
        assertEq(poco.viewConsumed(hash), volume, "consumed");
    }

    function testFuzz_WhenTheSignatureToPresignIsUsedAgainAfterTheClose(uint256 volume) external {
        requestOrder.volume = volume;
        bytes memory sign = signed(requester, OrderOperation.SIGN);
        poco.manageRequestOrder(operation(OrderOperation.SIGN, sign));
        poco.manageRequestOrder(operation(OrderOperation.CLOSE, signed(requester, OrderOperation.CLOSE)));
        poco.manageRequestOrder(operation(OrderOperation.SIGN, sign));

        // It should stay consumed.
        assertEq(poco.viewConsumed(signer.hashRequest(requestOrder)), volume, "consumed");
    }
}
