// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {OrderSigner} from "../../../fixtures/OrderSigner.sol";
import {IOrderBook} from "../../../../contracts/interfaces/IOrderBook.sol";
import {AppOrderOperation, OrderKind, OrderOperation} from "../../../../contracts/types/Orders.sol";

contract ManageAppOrder_Unit_Test is Market {
    function operation(OrderOperation verb, bytes memory sign) private view returns (AppOrderOperation memory) {
        return AppOrderOperation(appOrder, verb, sign);
    }

    function signed(Account memory account, OrderOperation verb) private view returns (bytes memory) {
        return _sign(account, signer.hashAppOperation(appOrder, verb));
    }

    function expectRefusal(AppOrderOperation memory operation_, address caller, address stands) private {
        bytes32 hash = signer.hashApp(appOrder);
        vm.expectRevert(
            abi.encodeWithSelector(IOrderBook.OperationNotAuthorized.selector, OrderKind.APP, hash, stands)
        );
        vm.prank(caller);
        poco.manageAppOrder(operation_);
    }

    function testFuzz_RevertWhen_AStrangerSendsItWithoutTheSignatureOfTheAppsOwner(
        address stranger,
        bool close
    ) external {
        vm.assume(stranger != appProvider.addr);
        OrderOperation verb = OrderOperation(close ? 1 : 0);

        expectRefusal(operation(verb, signed(anyone, verb)), stranger, appProvider.addr);
    }

    function testFuzz_RevertWhen_TheAppsOwnerSignedTheOperationWithTheOtherVerb(bool close) external {
        (OrderOperation verb, OrderOperation other) = close
            ? (OrderOperation.CLOSE, OrderOperation.SIGN)
            : (OrderOperation.SIGN, OrderOperation.CLOSE);

        expectRefusal(operation(verb, signed(appProvider, other)), anyone.addr, appProvider.addr);
    }

    function testFuzz_RevertWhen_TheAppsOwnerSignedTheOperationOnAnotherOrder(bytes32 salt, bool close) external {
        vm.assume(salt != appOrder.salt);
        OrderOperation verb = OrderOperation(close ? 1 : 0);
        bytes memory sign = signed(appProvider, verb);
        appOrder.salt = salt;

        expectRefusal(operation(verb, sign), anyone.addr, appProvider.addr);
    }

    function testFuzz_RevertWhen_TheAppsOwnerSignedTheOrderAndNotTheOperation(bool close) external {
        OrderOperation verb = OrderOperation(close ? 1 : 0);

        expectRefusal(operation(verb, _sign(appProvider, signer.hashApp(appOrder))), anyone.addr, appProvider.addr);
    }

    function testFuzz_RevertWhen_TheAppsOwnerSignedTheOperationForAnotherHub(address hub) external {
        vm.assume(hub != address(poco));
        bytes32 hash = new OrderSigner(hub).hashAppOperation(appOrder, OrderOperation.CLOSE);

        expectRefusal(operation(OrderOperation.CLOSE, _sign(appProvider, hash)), anyone.addr, appProvider.addr);
    }

    function testFuzz_RevertGiven_TheAppIsNotRegistered(address unregistered) external {
        vm.assume(unregistered != app);
        appOrder.app = unregistered;

        // Nobody owns it, and nobody signs for nobody.
        expectRefusal(operation(OrderOperation.SIGN, new bytes(65)), appProvider.addr, address(0));
    }

    function test_RevertGiven_TheAppWasSold() external {
        bytes memory sign = signed(appProvider, OrderOperation.SIGN);
        vm.prank(appProvider.addr);
        appRegistry.transferFrom(appProvider.addr, sponsor.addr, uint256(uint160(app)));

        expectRefusal(operation(OrderOperation.SIGN, sign), appProvider.addr, sponsor.addr);
    }

    function testFuzz_WhenTheAppsOwnerPresigns(bytes calldata junk) external {
        bytes32 hash = signer.hashApp(appOrder);

        // It should emit {SignedAppOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.SignedAppOrder(hash);
        vm.prank(appProvider.addr);
        poco.manageAppOrder(operation(OrderOperation.SIGN, junk));

        // It should remember who stands for the order.
        assertEq(poco.viewPresigned(hash), appProvider.addr, "presigner");
        // It should consume nothing.
        assertEq(poco.viewConsumed(hash), 0, "consumed");
    }

    function test_WhenAStrangerBringsASignatureOfTheAppsOwnerToPresign() external {
        bytes32 hash = signer.hashApp(appOrder);
        bytes memory sign = signed(appProvider, OrderOperation.SIGN);

        // It should emit {SignedAppOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.SignedAppOrder(hash);
        vm.prank(anyone.addr);
        poco.manageAppOrder(operation(OrderOperation.SIGN, sign));

        // It should remember who stands for the order.
        assertEq(poco.viewPresigned(hash), appProvider.addr, "presigner");
    }

    function testFuzz_WhenTheAppsOwnerCloses(uint256 volume, bool presigned) external {
        appOrder.volume = volume;
        bytes32 hash = signer.hashApp(appOrder);
        vm.startPrank(appProvider.addr);
        if (presigned) poco.manageAppOrder(operation(OrderOperation.SIGN, ""));

        // It should emit {ClosedAppOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.ClosedAppOrder(hash);
        poco.manageAppOrder(operation(OrderOperation.CLOSE, ""));

        // It should consume the whole volume.
        assertEq(poco.viewConsumed(hash), volume, "consumed");
        // It should leave the presigner as it was.
        assertEq(poco.viewPresigned(hash), presigned ? appProvider.addr : address(0), "presigner");
    }

    function testFuzz_WhenAStrangerBringsASignatureOfTheAppsOwnerToClose(uint256 volume) external {
        appOrder.volume = volume;
        bytes32 hash = signer.hashApp(appOrder);
        bytes memory sign = signed(appProvider, OrderOperation.CLOSE);

        // It should emit {ClosedAppOrder}.
        vm.expectEmit(address(poco));
        emit IOrderBook.ClosedAppOrder(hash);
        vm.prank(anyone.addr);
        poco.manageAppOrder(operation(OrderOperation.CLOSE, sign));

        // It should consume the whole volume.
        assertEq(poco.viewConsumed(hash), volume, "consumed");
    }

    function testFuzz_WhenTheSignatureToPresignIsUsedAgainAfterTheClose(uint256 volume) external {
        appOrder.volume = volume;
        bytes memory sign = signed(appProvider, OrderOperation.SIGN);
        poco.manageAppOrder(operation(OrderOperation.SIGN, sign));
        poco.manageAppOrder(operation(OrderOperation.CLOSE, signed(appProvider, OrderOperation.CLOSE)));
        poco.manageAppOrder(operation(OrderOperation.SIGN, sign));

        // It should stay consumed.
        assertEq(poco.viewConsumed(signer.hashApp(appOrder)), volume, "consumed");
    }
}
