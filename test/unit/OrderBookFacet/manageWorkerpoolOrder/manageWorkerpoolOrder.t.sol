// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {OrderSigner} from "../../../fixtures/OrderSigner.sol";
import {IOrderBook} from "../../../../contracts/interfaces/IOrderBook.sol";
import {WorkerpoolOrderOperation, OrderKind, OrderOperation} from "../../../../contracts/types/Orders.sol";

contract ManageWorkerpoolOrder_Unit_Test is Market {
    function operation(OrderOperation verb, bytes memory sign) private view returns (WorkerpoolOrderOperation memory) {
        return WorkerpoolOrderOperation(workerpoolOrder, verb, sign);
    }

    function signed(Account memory account, OrderOperation verb) private view returns (bytes memory) {
        return _sign(account, signer.hashWorkerpoolOperation(workerpoolOrder, verb));
    }

    function expectRefusal(WorkerpoolOrderOperation memory operation_, address caller, address stands) private {
        bytes32 hash = signer.hashWorkerpool(workerpoolOrder);
        vm.expectRevert(
            abi.encodeWithSelector(IOrderBook.OperationNotAuthorized.selector, OrderKind.WORKERPOOL, hash, stands)
        );
        vm.prank(caller);
        poco.manageWorkerpoolOrder(operation_);
    }

    function testFuzz_RevertWhen_AStrangerSendsItWithoutTheSignatureOfTheWorkerpoolsOwner(
        address stranger,
        bool close
    ) external {
        vm.assume(stranger != scheduler.addr);
        OrderOperation verb = OrderOperation(close ? 1 : 0);

        expectRefusal(operation(verb, signed(anyone, verb)), stranger, scheduler.addr);
    }

    function testFuzz_RevertWhen_TheWorkerpoolsOwnerSignedTheOperationWithTheOtherVerb(bool close) external {
        (OrderOperation verb, OrderOperation other) = close
            ? (OrderOperation.CLOSE, OrderOperation.SIGN)
            : (OrderOperation.SIGN, OrderOperation.CLOSE);

        expectRefusal(operation(verb, signed(scheduler, other)), anyone.addr, scheduler.addr);
    }

    function testFuzz_RevertWhen_TheWorkerpoolsOwnerSignedTheOperationOnAnotherOrder(
        bytes32 salt,
        bool close
    ) external {
        vm.assume(salt != workerpoolOrder.salt);
        OrderOperation verb = OrderOperation(close ? 1 : 0);
        bytes memory sign = signed(scheduler, verb);
        workerpoolOrder.salt = salt;

        expectRefusal(operation(verb, sign), anyone.addr, scheduler.addr);
    }

    function testFuzz_RevertWhen_TheWorkerpoolsOwnerSignedTheOrderAndNotTheOperation(bool close) external {
        OrderOperation verb = OrderOperation(close ? 1 : 0);

        expectRefusal(
            operation(verb, _sign(scheduler, signer.hashWorkerpool(workerpoolOrder))),
            anyone.addr,
            scheduler.addr
        );
    }

    function testFuzz_RevertWhen_TheWorkerpoolsOwnerSignedTheOperationForAnotherHub(address hub) external {
        vm.assume(hub != address(poco));
        bytes32 hash = new OrderSigner(hub).hashWorkerpoolOperation(workerpoolOrder, OrderOperation.CLOSE);

        expectRefusal(operation(OrderOperation.CLOSE, _sign(scheduler, hash)), anyone.addr, scheduler.addr);
    }

    function testFuzz_RevertGiven_TheWorkerpoolIsNotRegistered(address unregistered) external {
        vm.assume(unregistered != workerpool);
        workerpoolOrder.workerpool = unregistered;

        // Nobody owns it, and nobody signs for nobody.
        expectRefusal(operation(OrderOperation.SIGN, new bytes(65)), scheduler.addr, address(0));
    }

    function test_RevertGiven_TheWorkerpoolWasSold() external {
        bytes memory sign = signed(scheduler, OrderOperation.SIGN);
        vm.prank(scheduler.addr);
        workerpoolRegistry.transferFrom(scheduler.addr, sponsor.addr, uint256(uint160(workerpool)));

        expectRefusal(operation(OrderOperation.SIGN, sign), scheduler.addr, sponsor.addr);
    }

    function testFuzz_WhenTheWorkerpoolsOwnerPresigns(bytes calldata junk) external {
        bytes32 hash = signer.hashWorkerpool(workerpoolOrder);

        // It should emit {SignedWorkerpoolOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.SignedWorkerpoolOrder(hash);
        vm.prank(scheduler.addr);
        poco.manageWorkerpoolOrder(operation(OrderOperation.SIGN, junk));

        // It should remember who stands for the order.
        assertEq(poco.viewPresigned(hash), scheduler.addr, "presigner");
        // It should consume nothing.
        assertEq(poco.viewConsumed(hash), 0, "consumed");
    }

    function test_WhenAStrangerBringsASignatureOfTheWorkerpoolsOwnerToPresign() external {
        bytes32 hash = signer.hashWorkerpool(workerpoolOrder);
        bytes memory sign = signed(scheduler, OrderOperation.SIGN);

        // It should emit {SignedWorkerpoolOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.SignedWorkerpoolOrder(hash);
        vm.prank(anyone.addr);
        poco.manageWorkerpoolOrder(operation(OrderOperation.SIGN, sign));

        // It should remember who stands for the order.
        assertEq(poco.viewPresigned(hash), scheduler.addr, "presigner");
    }

    function testFuzz_WhenTheWorkerpoolsOwnerCloses(uint256 volume, bool presigned) external {
        workerpoolOrder.volume = volume;
        bytes32 hash = signer.hashWorkerpool(workerpoolOrder);
        vm.startPrank(scheduler.addr);
        if (presigned) poco.manageWorkerpoolOrder(operation(OrderOperation.SIGN, ""));

        // It should emit {ClosedWorkerpoolOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.ClosedWorkerpoolOrder(hash);
        poco.manageWorkerpoolOrder(operation(OrderOperation.CLOSE, ""));

        // It should consume the whole volume.
        assertEq(poco.viewConsumed(hash), volume, "consumed");
        // It should leave the presigner as it was.
        assertEq(poco.viewPresigned(hash), presigned ? scheduler.addr : address(0), "presigner");
    }

    function testFuzz_WhenAStrangerBringsASignatureOfTheWorkerpoolsOwnerToClose(uint256 volume) external {
        workerpoolOrder.volume = volume;
        bytes32 hash = signer.hashWorkerpool(workerpoolOrder);
        bytes memory sign = signed(scheduler, OrderOperation.CLOSE);

        // It should emit {ClosedWorkerpoolOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.ClosedWorkerpoolOrder(hash);
        vm.prank(anyone.addr);
        poco.manageWorkerpoolOrder(operation(OrderOperation.CLOSE, sign));

        // It should consume the whole volume.
        assertEq(poco.viewConsumed(hash), volume, "consumed");
    }

    function testFuzz_WhenTheSignatureToPresignIsUsedAgainAfterTheClose(uint256 volume) external {
        workerpoolOrder.volume = volume;
        bytes memory sign = signed(scheduler, OrderOperation.SIGN);
        poco.manageWorkerpoolOrder(operation(OrderOperation.SIGN, sign));
        poco.manageWorkerpoolOrder(operation(OrderOperation.CLOSE, signed(scheduler, OrderOperation.CLOSE)));
        poco.manageWorkerpoolOrder(operation(OrderOperation.SIGN, sign));

        // It should stay consumed.
        assertEq(poco.viewConsumed(signer.hashWorkerpool(workerpoolOrder)), volume, "consumed");
    }
}
